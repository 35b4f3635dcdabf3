import { makeStatus, StatusError, badRequestError } from '@imagestream/core';
import { MAX_JSON_PATCH_OPERATIONS, PatchError } from '@imagestream/core/patch';
import { decodeValue } from '../decode/decode-typed.js';
import type { JsonNode } from '../decode/json-node.js';
import type { TypeTable } from '../decode/type-table.js';
import {
  copyPatchNode,
  isNullNode,
  printPatchNode,
  samePatchNode,
  toPatchNode,
  type PatchNode,
} from './patch-tree.js';

/** What `copy` operations of one patch may add up to. Source: patch-json-limits. */
const MAX_COPIED_BYTES = 3 * 1024 * 1024;

const OPERATION_TABLE: TypeTable = {
  Operation: {
    goType: 'handlers.jsonPatchOp',
    fields: [
      { name: 'op', ref: { type: 'scalar', scalar: 'string' }, unset: 'omit' },
      { name: 'from', ref: { type: 'scalar', scalar: 'string' }, unset: 'omit' },
      { name: 'path', ref: { type: 'scalar', scalar: 'string' }, unset: 'omit' },
      { name: 'value', ref: { type: 'any' }, unset: 'omit' },
    ],
  },
};

/** One operation, as sent: members may be missing or of the wrong type until it is carried out. */
type Operation = ReadonlyMap<string, PatchNode>;

/** A JSON patch that was read. */
export interface JsonPatch {
  readonly operations: readonly Operation[];
  /** Unknown and repeated members of operations. */
  readonly findings: readonly string[];
}

/**
 * Reads the body of a JSON patch. Members of operations are checked only when `checkMembers` says so, as the server
 * does for every fieldValidation but Ignore.
 *
 * Throws a StatusError: 400 when it is no list of operations, 413 for more than 10 000.
 */
export function parseJsonPatch(
  root: JsonNode,
  options: { readonly checkMembers: boolean },
): JsonPatch {
  const findings = options.checkMembers ? checkMembers(root) : [];
  if (root.type === 'null') return { operations: [], findings };
  if (root.type !== 'array') throw notAPatch(root.type, 'jsonpatch.Patch');
  const operations = root.items.map((item) => {
    const node = toPatchNode(item);
    if (node instanceof Map) return node;
    if (item.type === 'null') return new Map<string, PatchNode>();
    throw notAPatch(item.type, 'jsonpatch.Operation');
  });
  if (operations.length > MAX_JSON_PATCH_OPERATIONS) throw tooManyOperations(operations.length);
  return { operations, findings };
}

function notAPatch(found: string, goType: string): StatusError {
  return badRequestError(`json: cannot unmarshal ${found} into Go value of type ${goType}`);
}

function checkMembers(root: JsonNode): string[] {
  try {
    const ref = { type: 'list', items: { type: 'struct', name: 'Operation' } } as const;
    const { findings } = decodeValue(root, { table: OPERATION_TABLE, ref });
    return findings.map((finding) => `json patch ${finding}`);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw badRequestError(`error decoding patch: ${error.message}`);
  }
}

function tooManyOperations(count: number): StatusError {
  return new StatusError(
    makeStatus({
      reason: 'RequestEntityTooLarge',
      message: `Request entity too large: The allowed maximum operations in a JSON patch is ${MAX_JSON_PATCH_OPERATIONS}, got ${count}`,
    }),
  );
}

/** A document after a patch, and the objects in it the patch looked into. */
export interface PatchedDocument {
  readonly root: PatchNode;
  readonly opened: ReadonlySet<PatchNode>;
}

/**
 * Carries out a JSON patch (RFC 6902) on a document, which it changes. Deviations are those of the library the API server
 * uses: negative indexes count from the end, a test for null holds for a missing member, `replace` may
 * add one and `copy` takes it for null, an absent value is null, whatever stands before the first slash of a path is ignored.
 *
 * Throws a PatchError `failed`; the document is then useless.
 */
export function applyJsonPatch(root: PatchNode, patch: JsonPatch): PatchedDocument {
  const run = new JsonPatchRun(root);
  for (const operation of patch.operations) run.apply(operation);
  return { root: run.root, opened: run.opened };
}

class JsonPatchRun {
  root: PatchNode;
  readonly opened = new Set<PatchNode>();
  #copiedBytes = 0;

  constructor(root: PatchNode) {
    this.root = root;
    this.opened.add(root);
  }

  apply(operation: Operation): void {
    const path = readText(operation, 'path');
    switch (readText(operation, 'op')) {
      case 'add':
        return this.#add(path, readValue(operation));
      case 'remove':
        return this.#remove(path);
      case 'replace':
        return this.#replace(path, readValue(operation));
      case 'test':
        return this.#test(path, readValue(operation));
      case 'copy':
        return this.#copy(readText(operation, 'from'), path);
      case 'move':
        return this.#move(readText(operation, 'from'), path);
      default:
        throw failed('unknown operation');
    }
  }

  #add(path: string, value: PatchNode): void {
    const { parent, key } = this.#findParent(path);
    if (parent instanceof Map) parent.set(key, value);
    else parent.splice(key === '-' ? parent.length : readIndex(key, parent.length + 1), 0, value);
  }

  #remove(path: string): void {
    const { parent, key } = this.#findParent(path);
    if (!(parent instanceof Map)) parent.splice(readIndex(key, parent.length), 1);
    else if (!parent.delete(key)) throw failed('missing value');
  }

  #replace(path: string, value: PatchNode): void {
    if (path === '') {
      if (!(value instanceof Map) && !Array.isArray(value)) throw failed('no document');
      this.root = value;
      this.opened.add(value);
      return;
    }
    const { parent, key } = this.#findParent(path);
    if (parent instanceof Map) parent.set(key, value);
    else parent[readIndex(key, parent.length)] = value;
  }

  #test(path: string, value: PatchNode): void {
    const found = path === '' ? this.root : this.#lookUp(path);
    if (!samePatchNode(found ?? { type: 'null' }, value)) throw failed('test failed');
  }

  #copy(from: string, path: string): void {
    const value = copyPatchNode(this.#lookUp(from) ?? { type: 'null' });
    this.#copiedBytes += printPatchNode(value).length;
    if (this.#copiedBytes > MAX_COPIED_BYTES) throw failed('too much copied');
    this.#add(path, value);
  }

  #move(from: string, path: string): void {
    const value = this.#lookUp(from) ?? { type: 'null' };
    this.#remove(from);
    this.#add(path, value);
  }

  /** The value at a path; undefined when only the last step is missing. */
  #lookUp(path: string): PatchNode | undefined {
    const { parent, key } = this.#findParent(path);
    if (parent instanceof Map) return parent.get(key);
    return parent[readIndex(key, parent.length)];
  }

  #findParent(path: string): { parent: Map<string, PatchNode> | PatchNode[]; key: string } {
    const steps = path.split('/').slice(1).map(decodeStep);
    const key = steps.pop();
    if (key === undefined) throw failed('missing path');
    let parent = this.root;
    for (const step of steps) parent = this.#open(parent, step);
    if (!(parent instanceof Map) && !Array.isArray(parent)) throw failed('not a container');
    this.opened.add(parent);
    return { parent, key };
  }

  #open(node: PatchNode, step: string): PatchNode {
    this.opened.add(node);
    const next =
      node instanceof Map
        ? node.get(step)
        : Array.isArray(node)
          ? node[readIndex(step, node.length)]
          : undefined;
    if (next === undefined || isNullNode(next)) throw failed('missing path');
    return next;
  }
}

function failed(why: string): PatchError {
  return new PatchError('failed', why);
}

function decodeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

function readText(operation: Operation, member: string): string {
  const node = operation.get(member);
  if (node === undefined || node instanceof Map || Array.isArray(node) || node.type !== 'string') {
    throw failed(`no ${member}`);
  }
  return node.value;
}

function readValue(operation: Operation): PatchNode {
  return copyPatchNode(operation.get('value') ?? { type: 'null' });
}

/** An index below `length`; negative ones count back from it. */
function readIndex(text: string, length: number): number {
  if (!/^[-+]?\d+$/.test(text)) throw failed('not an index');
  const index = Number(text) < 0 ? Number(text) + length : Number(text);
  if (index < 0 || index >= length) throw failed('index out of range');
  return index;
}
