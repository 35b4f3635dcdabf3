import {
  badRequestError,
  invalid,
  invalidError,
  isJsonObject,
  type StatusError,
} from '@imagestream/core';
import { PatchError } from '@imagestream/core/patch';
import { toWarnings } from '../decode/decode-body.js';
import type { Decoded, JsonObject } from '../decode/decoded.js';
import { completeKind, decodeObject } from '../decode/decode-object.js';
import { decodeValue } from '../decode/decode-typed.js';
import type { MismatchWords } from '../decode/mismatch.js';
import { fromPlainValue, toPlainValue, type JsonNode } from '../decode/json-node.js';
import { readJson } from '../decode/read-json.js';
import { interpretTypeMeta } from '../decode/type-meta.js';
import { toWireForm } from '../decode/wire-form.js';
import { TYPE_TABLE } from '../gen/topology.js';
import { printGo } from './go-print.js';
import { applyJsonPatch, parseJsonPatch, type PatchedDocument } from './json-patch.js';
import { applyMergePatch } from './merge-patch.js';
import { printPatchNode, toJsonNode, toPatchNode, type PatchNode } from './patch-tree.js';
import type { PatchRequest } from './patch-request.js';
import { strategicErrors } from './strategic-error.js';
import { applyStrategicMergePatch } from './strategic-merge-patch.js';
import { describeUnstructuredMismatch } from './unstructured-words.js';

/** Patches nest no deeper than this; the objects of the API have a handful of levels. */
const MAX_PATCH_DEPTH = 250;

/**
 * Applies a JSON patch, merge patch or strategic merge patch and reads the result as the kind it is.
 *
 * Throws a StatusError: 400 for a body that is no patch, 413 for too many operations, 422 when an operation does not apply
 * or the result is no object of the kind (or has unknown fields under Strict), 500 for some strategic directives.
 *
 * Source: patch-json, patch-merge, patch-strategic, patch-result.
 */
export function applyPatch(request: PatchRequest): Decoded {
  switch (request.patchType) {
    case 'json':
      return patchWithJsonPatch(request);
    case 'merge':
      return patchWithMergePatch(request);
    case 'strategic':
      return patchStrategically(request);
  }
}

/** The result of a patch before it is read as an object, and how an error shows it. */
interface Outcome {
  readonly root: JsonNode;
  /** The value a 422 repeats. */
  readonly shown: string;
  /** What was found in the patch itself. */
  readonly findings: readonly string[];
  readonly words?: MismatchWords;
}

function patchWithJsonPatch(request: PatchRequest): Decoded {
  const checkMembers = request.fieldValidation !== 'Ignore';
  const body = readBody(request, checkMembers ? 'error decoding patch: ' : '');
  const patch = parseJsonPatch(body, { checkMembers });
  const patched = carryOut(() => applyJsonPatch(liveDocument(request), patch));
  return readOutcome(request, fromDocument(patched, patch.findings));
}

/** The object as the encoder writes it, because answers show its fields in that order. */
function liveDocument({ live, gvk }: PatchRequest): PatchNode {
  const { kind, apiVersion } = live;
  const ordered = toWireForm(live, { table: TYPE_TABLE, struct: gvk.kind });
  return toPatchNode(fromPlainValue({ kind, apiVersion, ...ordered }));
}

function carryOut(apply: () => PatchedDocument): PatchedDocument {
  try {
    return apply();
  } catch (error) {
    // Which operation failed is not told: the real server drops the reason.
    if (error instanceof PatchError) throw strategicErrors.unprocessable();
    throw error;
  }
}

function patchWithMergePatch(request: PatchRequest): Decoded {
  const strict = request.fieldValidation !== 'Ignore';
  const body = strict ? readBody(request, 'error decoding patch: ') : readLenientMerge(request);
  const findings = strict ? checkMap(body, 'error decoding patch: ') : [];
  const patched = applyMergePatch(liveDocument(request), body);
  return readOutcome(request, fromDocument(patched, findings));
}

function readLenientMerge(request: PatchRequest): JsonNode {
  try {
    return readJson(request.bytes, { maxDepth: MAX_PATCH_DEPTH });
  } catch (error) {
    if (error instanceof Error) throw badRequestError('Invalid JSON Patch');
    throw error;
  }
}

function fromDocument(patched: PatchedDocument, findings: readonly string[]): Outcome {
  const shown = printPatchNode(patched.root, patched.opened);
  return { root: toJsonNode(patched.root), shown, findings };
}

function patchStrategically(request: PatchRequest): Decoded {
  const body = readBody(request, '');
  const findings = checkMap(body, '');
  const value = toPlainValue(body);
  const patch: JsonObject = isJsonObject(value) ? value : {};
  const { live, gvk } = request;
  const merged = applyStrategicMergePatch(live, patch, { table: TYPE_TABLE, struct: gvk.kind });
  return readOutcome(request, {
    root: fromPlainValue(merged),
    shown: printGo(patch),
    findings: request.fieldValidation === 'Ignore' ? [] : findings,
    words: describeUnstructuredMismatch,
  });
}

function readBody(request: PatchRequest, prefix: string): JsonNode {
  try {
    return readJson(request.bytes, { maxDepth: MAX_PATCH_DEPTH });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw badRequestError(`${prefix}${error.message}`);
  }
}

/** Checks that a patch is an object or null and finds keys that stand twice in it. */
function checkMap(body: JsonNode, prefix: string): readonly string[] {
  if (body.type !== 'object' && body.type !== 'null') {
    throw badRequestError(
      `${prefix}json: cannot unmarshal ${body.type} into Go value of type map[string]interface {}`,
    );
  }
  return findRepeatedKeys(body);
}

/** `duplicate field "a.b"` for every key that stands twice in its object. */
function findRepeatedKeys(node: JsonNode): readonly string[] {
  return decodeValue(node, { table: {}, ref: { type: 'any' } }).findings;
}

function readOutcome(request: PatchRequest, outcome: Outcome): Decoded {
  const { object, findings } = readPatched(request, outcome);
  const all = [...outcome.findings, ...findings];
  if (request.fieldValidation === 'Strict' && all.length > 0) {
    throw invalidResult(outcome.shown, `strict decoding error: ${all.join(', ')}`);
  }
  return { object, warnings: request.fieldValidation === 'Warn' ? all.flatMap(toWarnings) : [] };
}

function readPatched(
  { gvk: expected }: PatchRequest,
  { root, shown, words }: Outcome,
): { object: JsonObject; findings: readonly string[] } {
  try {
    const gvk = completeKind(interpretTypeMeta(root), expected);
    return decodeObject(root, { gvk, expected, ...(words === undefined ? {} : { words }) });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw invalidResult(shown, error.message);
  }
}

/** The result of the patch is at fault; the answer names no object. */
function invalidResult(shown: string, why: string): StatusError {
  return invalidError({ group: '', kind: '', name: '' }, [invalid('patch', shown, why)]);
}
