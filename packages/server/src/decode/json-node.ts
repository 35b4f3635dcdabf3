/**
 * A JSON text as it was written: repeated keys, the order of members and the text of numbers are kept, because the
 * server's answers depend on them.
 */
export type JsonNode =
  | { readonly type: 'object'; readonly entries: readonly JsonEntry[] }
  | { readonly type: 'array'; readonly items: readonly JsonNode[] }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'number'; readonly text: string }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'null' };

/** A member of an object. A key may stand more than once. */
export interface JsonEntry {
  readonly key: string;
  readonly value: JsonNode;
}

/**
 * The deepest nesting that is turned into values. The texts the API holds are a handful of levels deep, and what writes
 * them (YAML above all) calls itself for each.
 */
const MAX_VALUE_DEPTH = 250;

/** A JSON text that cannot be read; the message is the one Go's decoder gives. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
}

/**
 * The value of a node: the last of repeated keys wins, `__proto__` is an ordinary key.
 *
 * Throws a JsonSyntaxError for more than 250 levels.
 */
export function toPlainValue(node: JsonNode, depth = 0): unknown {
  if (depth > MAX_VALUE_DEPTH) throw new JsonSyntaxError('exceeded max depth');
  switch (node.type) {
    case 'object':
      return Object.fromEntries(
        node.entries.map(({ key, value }) => [key, toPlainValue(value, depth + 1)]),
      );
    case 'array':
      return node.items.map((item) => toPlainValue(item, depth + 1));
    case 'number':
      return Number(node.text);
    case 'null':
      return null;
    case 'string':
    case 'bool':
      return node.value;
  }
}

/** The node of a value made of JSON types. Undefined members are left out. */
export function fromPlainValue(value: unknown): JsonNode {
  if (value === null || value === undefined) return { type: 'null' };
  if (Array.isArray(value)) return { type: 'array', items: value.map(fromPlainValue) };
  switch (typeof value) {
    case 'string':
      return { type: 'string', value };
    case 'boolean':
      return { type: 'bool', value };
    case 'object':
      return {
        type: 'object',
        entries: Object.entries(value)
          .filter(([, member]) => member !== undefined)
          .map(([key, member]) => ({ key, value: fromPlainValue(member) })),
      };
    case 'number':
    case 'bigint':
      return { type: 'number', text: String(value) };
    default:
      throw new TypeError(`a ${typeof value} has no JSON form`);
  }
}
