import { formatApiVersion } from '@imagestream/core';
import { TYPE_TABLE } from '../gen/topology.js';
import type { GroupVersionKind, JsonObject } from './decoded.js';
import { decodeStruct } from './decode-typed.js';
import type { MismatchWords } from './mismatch.js';
import type { JsonNode } from './json-node.js';
import { checkKind } from './known-kinds.js';
import { splitApiVersion, type TypeMeta } from './type-meta.js';
import { toWireForm } from './wire-form.js';

/** What a document says it is, completed by what is expected where it says nothing. */
export function completeKind(meta: TypeMeta, expected: GroupVersionKind): GroupVersionKind {
  const { group, version } = meta.apiVersion === '' ? expected : splitApiVersion(meta.apiVersion);
  return { group, version, kind: meta.kind === '' ? expected.kind : meta.kind };
}

/**
 * Reads a document of kind `gvk` as the expected kind and brings it into the encoder's form; `findings` are its unknown
 * and repeated fields.
 *
 * Throws an Error with Go's text: for a kind that is not known, a value of a wrong type, a kind that does not convert.
 */
export function decodeObject(
  root: JsonNode,
  options: {
    readonly gvk: GroupVersionKind;
    readonly expected: GroupVersionKind;
    readonly words?: MismatchWords;
  },
): { readonly object: JsonObject; readonly findings: readonly string[] } {
  const { gvk, expected, words } = options;
  const known = checkKind(gvk, expected);
  if (TYPE_TABLE[known.struct] === undefined) known.refuseOtherKind();
  const { value, findings } = decodeStruct(root, {
    table: TYPE_TABLE,
    struct: known.struct,
    ...(words === undefined ? {} : { words }),
  });
  known.refuseOtherKind();
  const typed = { ...value, kind: expected.kind, apiVersion: formatApiVersion(expected) };
  return { object: toWireForm(typed, { table: TYPE_TABLE, struct: known.struct }), findings };
}
