import type { DiagnosticBag } from '../diagnostics.js';
import { objectOf, pointerStep, stringOf } from '../json.js';
import type { NamedDocument } from './named-document.js';
import { readOperations } from './openapi-operations.js';
import type { RawInput } from './raw-input.js';

/** Reads a Swagger 2.0 document. `paths` may be absent or null, as in documents of definitions only. */
export function loadOpenApiV2(document: NamedDocument, bag: DiagnosticBag): RawInput {
  const definitions = objectOf(document.root, 'definitions') ?? {};
  const operations = readOperations(document);
  if (Object.keys(definitions).length === 0 && operations.length === 0) {
    const where = { file: document.id, pointer: '/definitions' };
    bag.warn('input-unknown-format', where, 'the document has no definitions and no paths');
  }
  const version = stringOf(objectOf(document.root, 'info') ?? {}, 'version');
  return {
    id: document.id,
    format: 'openapi-v2',
    definitions: Object.entries(definitions).map(([name, schema]) => ({
      name,
      schema: schema ?? null,
      origin: { file: document.id, pointer: `/definitions${pointerStep(name)}` },
    })),
    operations,
    resources: [],
    documents: { v2: document.root },
    ...(version === undefined ? {} : { version }),
  };
}
