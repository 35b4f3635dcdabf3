import type { SourcePointer } from '../diagnostics.js';
import { isJsonArray, isJsonObject, ownValue, pointerStep, stringOf } from '../json.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { NormaliseContext } from './context.js';
import type { GroupVersionKind, SchemaNode } from './schema-node.js';

type Extensions = Partial<
  Pick<
    SchemaNode,
    | 'groupVersionKinds'
    | 'listType'
    | 'listMapKeys'
    | 'mapType'
    | 'patchStrategy'
    | 'patchMergeKey'
    | 'unions'
    | 'intOrString'
    | 'preserveUnknown'
    | 'embeddedResource'
    | 'validations'
    | 'knownValues'
    | 'nullable'
    | 'wire'
  >
>;

type ExtensionReader = (value: JsonValue) => Extensions | undefined;

/**
 * One reader per extension; a reader that gives undefined has met a value it cannot take. Keys that
 * start with `x-` and not with `x-kubernetes-` are facts of our own definition sources.
 */
const readers: Readonly<Record<string, ExtensionReader>> = {
  'x-kubernetes-group-version-kind': (value) => {
    const list = isJsonArray(value) ? value : [value];
    const groupVersionKinds = list.map(readGroupVersionKind);
    return groupVersionKinds.every((gvk) => gvk !== undefined) ? { groupVersionKinds } : undefined;
  },
  'x-kubernetes-list-type': (value) =>
    value === 'atomic' || value === 'set' || value === 'map' ? { listType: value } : undefined,
  'x-kubernetes-list-map-keys': (value) => {
    const keys = isJsonArray(value) ? value.filter((key) => typeof key === 'string') : [];
    return keys.length > 0 ? { listMapKeys: keys } : undefined;
  },
  'x-kubernetes-map-type': (value) =>
    value === 'atomic' || value === 'granular' ? { mapType: value } : undefined,
  'x-kubernetes-patch-strategy': (value) =>
    typeof value === 'string' ? { patchStrategy: value } : undefined,
  'x-kubernetes-patch-merge-key': (value) =>
    typeof value === 'string' ? { patchMergeKey: value } : undefined,
  'x-kubernetes-unions': (value) => (isJsonArray(value) ? { unions: value } : undefined),
  'x-kubernetes-int-or-string': (value) =>
    typeof value === 'boolean' ? (value ? { intOrString: true } : {}) : undefined,
  'x-kubernetes-preserve-unknown-fields': (value) =>
    typeof value === 'boolean' ? (value ? { preserveUnknown: true } : {}) : undefined,
  'x-kubernetes-embedded-resource': (value) =>
    typeof value === 'boolean' ? (value ? { embeddedResource: true } : {}) : undefined,
  'x-kubernetes-validations': (value) => (isJsonArray(value) ? { validations: value } : undefined),
  'x-known-values': (value) =>
    isJsonArray(value) && value.every((known) => typeof known === 'string')
      ? { knownValues: value }
      : undefined,
  'x-null-on-wire': (value) =>
    typeof value === 'boolean' ? (value ? { nullable: true } : {}) : undefined,
  'x-wire': (value) => {
    switch (value) {
      case 'always':
        return { wire: 'always' };
      case 'null-when-unset':
        return { wire: 'null', nullable: true };
      case 'omitted-when-unset':
        return { wire: 'omitted' };
      default:
        return undefined;
    }
  },
};

/** The extensions of a schema as fields; unknown keys and unusable values become diagnostics. */
export function readExtensions(
  schema: JsonObject,
  source: SourcePointer,
  context: NormaliseContext,
): Extensions {
  let found: Extensions = {};
  for (const key of Object.keys(schema)) {
    if (!key.startsWith('x-')) continue;
    const value = ownValue(schema, key) ?? null;
    const at = { file: source.file, pointer: source.pointer + pointerStep(key) };
    const reader = Object.hasOwn(readers, key) ? readers[key] : undefined;
    if (reader === undefined) {
      context.complain('unknown-extension', at, `unknown extension ${JSON.stringify(key)}`);
      continue;
    }
    const read = reader(value);
    if (read === undefined) {
      context.complain('malformed-schema', at, `${key} cannot be ${JSON.stringify(value)}`);
      continue;
    }
    found = { ...found, ...read };
  }
  return found;
}

/** A group-version-kind object, or undefined when a part is missing. */
export function readGroupVersionKind(value: JsonValue | undefined): GroupVersionKind | undefined {
  if (!isJsonObject(value)) return undefined;
  const group = stringOf(value, 'group');
  const version = stringOf(value, 'version');
  const kind = stringOf(value, 'kind');
  if (group === undefined || version === undefined || kind === undefined) return undefined;
  return { group, version, kind };
}
