import type { DiagnosticBag } from '../diagnostics.js';
import { objectOf, ownValue, pointerStep, stringOf } from '../json.js';
import type { NamedDocument } from './named-document.js';
import { readOperations } from './openapi-operations.js';
import type { RawInput } from './raw-input.js';

/** Reads an OpenAPI 3.0 or 3.1 document, such as the per-group ones below `/openapi/v3`. */
export function loadOpenApiV3(document: NamedDocument, bag: DiagnosticBag): RawInput {
  const schemas = objectOf(objectOf(document.root, 'components') ?? {}, 'schemas') ?? {};
  const operations = readOperations(document);
  const openapi = ownValue(document.root, 'openapi');
  if (typeof openapi !== 'string' || !openapi.startsWith('3.')) {
    const where = { file: document.id, pointer: '/openapi' };
    bag.error('input-unknown-format', where, `openapi is ${JSON.stringify(openapi)}, not 3.x`);
  }
  const version = stringOf(objectOf(document.root, 'info') ?? {}, 'version');
  return {
    id: document.id,
    format: 'openapi-v3',
    definitions: Object.entries(schemas).map(([name, schema]) => ({
      name,
      schema: schema ?? null,
      origin: { file: document.id, pointer: `/components/schemas${pointerStep(name)}` },
    })),
    operations,
    resources: [],
    documents: { v3: document.root },
    ...(version === undefined ? {} : { version }),
  };
}
