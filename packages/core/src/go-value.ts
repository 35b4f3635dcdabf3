/**
 * Text of values as Go prints them, because the API server's messages quote user data that way
 * and people search for those messages word for word.
 */

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/**
 * Quotes a text as Go's `%q` does: double quotes, backslash escapes, control and unprintable
 * characters as `\x00`, `\u00a0` or `\U0010ffff`; printable letters of any script stay as they are.
 * A lone surrogate, which Go cannot hold, prints as the replacement character it decodes to.
 */
export function quoteGo(text: string): string {
  let out = '"';
  for (const char of text) {
    const escape = SHORT_ESCAPES[char];
    if (escape !== undefined) out += escape;
    else if (char >= ' ' && char <= '~') out += char;
    else out += quoteRare(char);
  }
  return `${out}"`;
}

function quoteRare(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  if (PRINTABLE.test(char)) return char;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}

/**
 * A value as it stands in a field error: texts quoted, numbers and booleans bare, null as `null`,
 * everything else as compact JSON. Never throws: a value JSON cannot hold (a cycle, a bigint) prints as `%v` would.
 */
export function formatGoValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quoteGo(value);
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'undefined':
      return 'null';
    case 'object':
      return value === null ? 'null' : formatJson(value);
    case 'symbol':
    case 'function':
      return value.toString();
  }
}

function formatJson(value: object): string {
  try {
    return escapeHtml(JSON.stringify(value));
  } catch (error) {
    // The only failures are values without a JSON form; saying which one keeps the field error useful.
    return `<not JSON: ${error instanceof Error ? error.message.split('\n', 1)[0] : 'unknown'}>`;
  }
}

/** Go's JSON encoder writes these five characters as escapes, so that the text is safe inside HTML. */
function escapeHtml(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${hex(char.charCodeAt(0), 4)}`);
}
