import { quoteGo } from '@imagestream/core';
import type { JsonNode } from './json-node.js';

/** What a document says it is; empty where it says nothing. */
export interface TypeMeta {
  readonly apiVersion: string;
  readonly kind: string;
}

/** How Go prints the type that apiVersion and kind are read into. */
const GO_TYPE_META =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** apiVersion and kind cannot be read. */
export class TypeMetaError extends Error {
  override readonly name = 'TypeMetaError';

  constructor(why: string) {
    super(`couldn't get version/kind; json parse error: ${why}`);
  }
}

/** An apiVersion that is no group and version. */
export class GroupVersionError extends Error {
  override readonly name = 'GroupVersionError';
}

/** There is no type for this apiVersion and kind. */
export class UnknownKindError extends Error {
  override readonly name = 'UnknownKindError';

  /** `scheme` is the name of the registry of types that was asked; the real server's texts end with it. */
  constructor(meta: TypeMeta, scheme: string) {
    super(
      `no kind ${quoteGo(meta.kind)} is registered for version ${quoteGo(meta.apiVersion)} in scheme ${quoteGo(scheme)}`,
    );
  }
}

/**
 * Reads apiVersion and kind of a document; null counts as an empty one.
 *
 * Throws a TypeMetaError when the document is no object or one of the two is no text, a GroupVersionError for an
 * apiVersion of more than two parts.
 */
export function interpretTypeMeta(node: JsonNode): TypeMeta {
  if (node.type === 'null') return { apiVersion: '', kind: '' };
  if (node.type !== 'object') {
    throw new TypeMetaError(
      `json: cannot unmarshal ${node.type} into Go value of type ${GO_TYPE_META}`,
    );
  }
  const found = { apiVersion: '', kind: '' };
  for (const { key, value } of node.entries) {
    if (key !== 'apiVersion' && key !== 'kind') continue;
    if (value.type === 'string') found[key] = value.value;
    else if (value.type !== 'null') throw wrongType(key, value.type);
  }
  if (found.apiVersion.split('/').length > 2) {
    throw new GroupVersionError(`unexpected GroupVersion string: ${found.apiVersion}`);
  }
  return found;
}

function wrongType(key: string, found: string): TypeMetaError {
  return new TypeMetaError(
    `json: cannot unmarshal ${found} into Go struct field .${key} of type string`,
  );
}

/** An apiVersion text as its parts: `v1` has the empty group. */
export function splitApiVersion(text: string): {
  readonly group: string;
  readonly version: string;
} {
  const slash = text.indexOf('/');
  return slash === -1
    ? { group: '', version: text }
    : { group: text.slice(0, slash), version: text.slice(slash + 1) };
}
