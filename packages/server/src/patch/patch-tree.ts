import { compareBytes } from '../decode/wire-form.js';
import type { JsonNode } from '../decode/json-node.js';

/** A scalar of a document, with the text of numbers kept. */
export type JsonScalar = Exclude<JsonNode, { type: 'object' } | { type: 'array' }>;

/** A JSON document that a patch changes in place. Object members are looked up in constant time. */
export type PatchNode = Map<string, PatchNode> | PatchNode[] | JsonScalar;

/** A node of its own, of repeated keys the last. */
export function toPatchNode(node: JsonNode): PatchNode {
  switch (node.type) {
    case 'object':
      return new Map(node.entries.map(({ key, value }) => [key, toPatchNode(value)]));
    case 'array':
      return node.items.map(toPatchNode);
    default:
      return node;
  }
}

/** The document as the decoder reads it. */
export function toJsonNode(node: PatchNode): JsonNode {
  if (node instanceof Map) {
    return {
      type: 'object',
      entries: [...node].map(([key, value]) => ({ key, value: toJsonNode(value) })),
    };
  }
  return Array.isArray(node) ? { type: 'array', items: node.map(toJsonNode) } : node;
}

/** A deep copy. */
export function copyPatchNode(node: PatchNode): PatchNode {
  if (node instanceof Map) {
    return new Map([...node].map(([key, value]) => [key, copyPatchNode(value)]));
  }
  return Array.isArray(node) ? node.map(copyPatchNode) : node;
}

/** Whether a node is JSON null. */
export function isNullNode(node: PatchNode): boolean {
  return !(node instanceof Map) && !Array.isArray(node) && node.type === 'null';
}

/** Whether two nodes are the same; numbers are compared as they are written. */
export function samePatchNode(a: PatchNode, b: PatchNode): boolean {
  if (a instanceof Map) {
    return (
      b instanceof Map &&
      a.size === b.size &&
      [...a].every(([key, value]) => {
        const other = b.get(key);
        return other !== undefined && samePatchNode(value, other);
      })
    );
  }
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, index) => samePatchNode(item, b[index] ?? { type: 'null' }))
    );
  }
  return !(b instanceof Map) && !Array.isArray(b) && scalarText(a) === scalarText(b);
}

/**
 * The document as JSON text. Objects a patch looked into (`opened`) print with their keys in order, the rest as they came:
 * error texts of the API server show the result of a patch that way.
 */
export function printPatchNode(
  node: PatchNode,
  opened: ReadonlySet<PatchNode> = new Set(),
): string {
  if (node instanceof Map) {
    const entries = opened.has(node) ? [...node].sort(([a], [b]) => compareBytes(a, b)) : [...node];
    const members = entries.map(
      ([key, value]) => `${quoteJson(key)}:${printPatchNode(value, opened)}`,
    );
    return `{${members.join(',')}}`;
  }
  if (Array.isArray(node)) return `[${node.map((item) => printPatchNode(item, opened)).join(',')}]`;
  return scalarText(node);
}

function scalarText(node: JsonScalar): string {
  switch (node.type) {
    case 'string':
      return quoteJson(node.value);
    case 'number':
      return node.text;
    case 'bool':
      return String(node.value);
    case 'null':
      return 'null';
  }
}

/** A text as Go's JSON encoder writes it: safe inside HTML. */
export function quoteJson(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
