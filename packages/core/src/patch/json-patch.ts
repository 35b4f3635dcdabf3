import { isJsonObject } from '../object.js';
import { setOwn } from './json-value.js';
import { jsonEquals } from './merge-patch.js';
import { PatchError } from './patch-error.js';

/** One operation of a JSON Patch (RFC 6902). Paths are JSON pointers (RFC 6901). */
export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly from: string; readonly path: string };

/** A JSON Patch: operations in order, all or nothing. */
export type JsonPatch = readonly JsonPatchOperation[];

/** The most operations the API server takes in one patch. */
export const MAX_JSON_PATCH_OPERATIONS = 10_000;

/**
 * Checks that a value is a JSON Patch.
 *
 * Throws a PatchError `malformed` naming the first operation that is none, or `too-many`.
 */
export function parseJsonPatch(value: unknown): JsonPatch {
  if (!Array.isArray(value))
    throw new PatchError('malformed', 'a JSON patch is a list of operations');
  if (value.length > MAX_JSON_PATCH_OPERATIONS) {
    throw new PatchError(
      'too-many',
      `The allowed maximum operations in a JSON patch is ${MAX_JSON_PATCH_OPERATIONS}, got ${value.length}`,
    );
  }
  return value.map(parseOperation);
}

function parseOperation(value: unknown, index: number): JsonPatchOperation {
  const bad = (why: string): PatchError =>
    new PatchError('malformed', `operation ${index}: ${why}`);
  if (!isJsonObject(value)) throw bad('is not an object');
  const { op, path, from } = value;
  if (typeof path !== 'string') throw bad('has no path');
  switch (op) {
    case 'add':
    case 'replace':
    case 'test':
      if (op !== 'test' && !Object.hasOwn(value, 'value')) throw bad(`${op} has no value`);
      return { op, path, value: value['value'] ?? null };
    case 'remove':
      return { op, path };
    case 'move':
    case 'copy':
      if (typeof from !== 'string') throw bad(`${op} has no from`);
      return { op, from, path };
    default:
      throw bad(`unknown op ${JSON.stringify(op)}`);
  }
}

/**
 * Applies a JSON Patch and returns the new value; `document` stays as it is.
 *
 * Throws a PatchError `failed` when a path is missing or a test does not hold; nothing is applied then.
 */
export function applyJsonPatch(document: unknown, patch: JsonPatch): unknown {
  let result = structuredCopy(document);
  for (const operation of patch) result = applyOperation(result, operation);
  return result;
}

function applyOperation(root: unknown, operation: JsonPatchOperation): unknown {
  const { path } = operation;
  switch (operation.op) {
    case 'add':
      return place(root, path, structuredCopy(operation.value), 'add');
    case 'replace':
      return place(root, path, structuredCopy(operation.value), 'replace');
    case 'remove':
      return take(root, path);
    case 'test':
      if (jsonEquals(readPointer(root, path), operation.value)) return root;
      throw new PatchError('failed', `testing value ${path} failed: test failed`);
    case 'copy':
      return place(root, path, structuredCopy(readPointer(root, operation.from)), 'add');
    case 'move': {
      if (path.startsWith(`${operation.from}/`)) {
        throw new PatchError('failed', `cannot move ${operation.from} into itself`);
      }
      const value = readPointer(root, operation.from);
      return place(take(root, operation.from), path, value, 'add');
    }
  }
}

/** A deep copy of a JSON value. */
function structuredCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCopy);
  if (!isJsonObject(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) setOwn(copy, key, structuredCopy(value[key]));
  return copy;
}

/**
 * Reads the value at a JSON pointer.
 *
 * Throws a PatchError `failed` when there is none.
 */
export function readPointer(root: unknown, pointer: string): unknown {
  return parsePointer(pointer).reduce((value, step) => descend(value, step, pointer), root);
}

function parsePointer(pointer: string): string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/'))
    throw new PatchError('failed', `the path ${JSON.stringify(pointer)} does not start with /`);
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function missing(pointer: string): PatchError {
  return new PatchError('failed', `the path ${pointer} does not exist`);
}

function descend(value: unknown, step: string, pointer: string): unknown {
  if (Array.isArray(value)) return value[readIndex(step, value.length - 1, pointer)];
  if (isJsonObject(value) && Object.hasOwn(value, step)) return value[step];
  throw missing(pointer);
}

function readIndex(step: string, max: number, pointer: string): number {
  const index = Number(step);
  if (!/^(?:0|[1-9]\d*)$/.test(step) || index > max) throw missing(pointer);
  return index;
}

function findParent(root: unknown, pointer: string): { parent: unknown; last: string } {
  const steps = parsePointer(pointer);
  const last = steps.pop() ?? '';
  return { parent: steps.reduce((value, step) => descend(value, step, pointer), root), last };
}

function place(root: unknown, pointer: string, value: unknown, mode: 'add' | 'replace'): unknown {
  if (pointer === '') return value;
  const { parent, last } = findParent(root, pointer);
  if (Array.isArray(parent)) {
    if (mode === 'replace') parent[readIndex(last, parent.length - 1, pointer)] = value;
    else
      parent.splice(
        last === '-' ? parent.length : readIndex(last, parent.length, pointer),
        0,
        value,
      );
  } else if (isJsonObject(parent) && (mode === 'add' || Object.hasOwn(parent, last))) {
    setOwn(parent, last, value);
  } else {
    throw missing(pointer);
  }
  return root;
}

function take(root: unknown, pointer: string): unknown {
  if (pointer === '') return null;
  const { parent, last } = findParent(root, pointer);
  if (Array.isArray(parent)) parent.splice(readIndex(last, parent.length - 1, pointer), 1);
  else if (isJsonObject(parent) && Object.hasOwn(parent, last)) delete parent[last];
  else throw missing(pointer);
  return root;
}

/**
 * The JSON Patch that turns one JSON value into another: a `replace`, `add` or `remove` per difference, in an order
 * that applies. Lists are compared position by position.
 */
export function diffJsonPatch(from: unknown, to: unknown, pointer = ''): JsonPatchOperation[] {
  if (jsonEquals(from, to)) return [];
  if (isJsonObject(from) && isJsonObject(to)) return diffObjects(from, to, pointer);
  if (Array.isArray(from) && Array.isArray(to)) return diffLists(from, to, pointer);
  return [{ op: 'replace', path: pointer, value: to }];
}

function joinPointer(pointer: string, step: string): string {
  return `${pointer}/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function diffObjects(
  from: Record<string, unknown>,
  to: Record<string, unknown>,
  pointer: string,
): JsonPatchOperation[] {
  const operations: JsonPatchOperation[] = [];
  for (const key of Object.keys(from)) {
    if (!Object.hasOwn(to, key)) operations.push({ op: 'remove', path: joinPointer(pointer, key) });
  }
  for (const key of Object.keys(to)) {
    const path = joinPointer(pointer, key);
    if (Object.hasOwn(from, key)) operations.push(...diffJsonPatch(from[key], to[key], path));
    else operations.push({ op: 'add', path, value: to[key] });
  }
  return operations;
}

function diffLists(
  from: readonly unknown[],
  to: readonly unknown[],
  pointer: string,
): JsonPatchOperation[] {
  const operations: JsonPatchOperation[] = [];
  const shared = Math.min(from.length, to.length);
  for (let i = 0; i < shared; i++)
    operations.push(...diffJsonPatch(from[i], to[i], `${pointer}/${i}`));
  for (let i = from.length - 1; i >= shared; i--)
    operations.push({ op: 'remove', path: `${pointer}/${i}` });
  for (let i = shared; i < to.length; i++)
    operations.push({ op: 'add', path: `${pointer}/-`, value: to[i] });
  return operations;
}
