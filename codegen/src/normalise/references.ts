import type { SourcePointer } from '../diagnostics.js';
import { ownValue } from '../json.js';
import type { JsonObject } from '../json.js';
import type { NormaliseContext } from './context.js';
import type { SchemaNode } from './schema-node.js';

const prefixes = ['#/definitions/', '#/components/schemas/'];

/** The full definition name a schema's `$ref` stands for; nothing when the schema has none. */
export function readReference(
  schema: JsonObject,
  source: SourcePointer,
  context: NormaliseContext,
): Pick<SchemaNode, 'ref'> {
  const written = ownValue(schema, '$ref');
  if (written === undefined) return {};
  if (typeof written !== 'string') {
    context.complain('malformed-schema', source, `$ref cannot be ${JSON.stringify(written)}`);
    return {};
  }
  const name = definitionName(written);
  if (name !== undefined) return { ref: name };
  context.complain('input-external-reference', source, `$ref ${JSON.stringify(written)}`);
  return {};
}

/**
 * `#/definitions/NAME`, `#/components/schemas/NAME` and the bare NAME all give NAME; undefined for
 * what points anywhere else.
 */
export function definitionName(reference: string): string | undefined {
  const prefix = prefixes.find((known) => reference.startsWith(known));
  if (prefix !== undefined) {
    const step = reference.slice(prefix.length);
    return step.includes('/') ? undefined : step.replaceAll('~1', '/').replaceAll('~0', '~');
  }
  return /[#/:]/.test(reference) ? undefined : reference;
}
