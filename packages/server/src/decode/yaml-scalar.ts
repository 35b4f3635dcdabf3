import { canonicalBase64 } from './go-base64.js';
import type { JsonNode } from './json-node.js';

/**
 * What a plain (unquoted) YAML scalar means, as the API server reads it: YAML 1.1 words for booleans and null, integers in
 * base 2, 8, 10 and 16, and floats. Times stay texts.
 */
export function resolvePlainScalar(text: string): JsonNode {
  if (NULLS.has(text)) return { type: 'null' };
  const bool = BOOLEANS.get(text);
  if (bool !== undefined) return { type: 'bool', value: bool };
  return resolveNumber(text) ?? { type: 'string', value: text };
}

/** A scalar with an explicit tag; undefined when the tag leaves the value as it is. */
export function resolveTagged(tag: string, text: string): JsonNode | undefined {
  switch (tag.replace(/^!!/, 'tag:yaml.org,2002:')) {
    case 'tag:yaml.org,2002:str':
      return { type: 'string', value: text };
    case 'tag:yaml.org,2002:binary':
      return { type: 'string', value: atob(canonicalBase64(text)) };
    case 'tag:yaml.org,2002:null':
      return { type: 'null' };
    default:
      return undefined;
  }
}

const NULLS = new Set(['', '~', 'null', 'Null', 'NULL']);

const BOOLEANS = new Map<string, boolean>([
  ...spellings(['y', 'yes', 'true', 'on']).map((word): [string, boolean] => [word, true]),
  ...spellings(['n', 'no', 'false', 'off']).map((word): [string, boolean] => [word, false]),
]);

/** Lower case, capitalised and upper case of each word. */
function spellings(words: readonly string[]): string[] {
  return words.flatMap((word) => [
    word,
    word.charAt(0).toUpperCase() + word.slice(1),
    word.toUpperCase(),
  ]);
}

const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

function resolveNumber(text: string): JsonNode | undefined {
  if (!/^[-+.0-9]/.test(text)) return undefined;
  const plain = text.replaceAll('_', '');
  const integer = readInteger(plain);
  if (integer !== undefined) return { type: 'number', text: integer.toString() };
  if (!FLOAT.test(plain)) return undefined;
  const value = Number(plain.endsWith('.') ? plain.slice(0, -1) : plain);
  return Number.isFinite(value) ? { type: 'number', text: formatFloat(value) } : undefined;
}

/** An integer with Go's prefixes; a leading 0 means octal. Beyond 64 bits it is no integer. */
function readInteger(text: string): bigint | undefined {
  const match = /^([-+]?)(0x[0-9a-fA-F]+|0o[0-7]+|0b[01]+|0[0-7]*|[1-9][0-9]*)$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', digits = ''] = match;
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  const value = BigInt(octal) * (sign === '-' ? -1n : 1n);
  return value >= -(2n ** 63n) && value < 2n ** 64n ? value : undefined;
}

/** As Go's JSON encoder prints a float: exponents only for very large and very small ones. */
export function formatFloat(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-6 || size >= 1e21) ? value.toExponential() : String(value);
}
