/**
 * What a plain (unquoted) YAML scalar means to `oc` and the API server: YAML 1.1 words for booleans and null, integers in
 * base 2, 8, 10 and 16, floats. Times stay texts.
 */
export function resolvePlainScalar(text: string): unknown {
  const first = text.charCodeAt(0);
  // Nearly every scalar starts with a letter that no word and no number starts with.
  if (!mayBeSpecial(first)) return text;
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (NULLS.has(text)) return null;
  return resolveNumber(text) ?? text;
}

/** A scalar with an explicit tag. Throws a TagError when the text does not fit the tag. */
export function resolveTaggedScalar(tag: string, text: string, isPlain: boolean): unknown {
  const name = tag.replace(/^!!/, CORE_TAG);
  switch (name) {
    case '!':
    case `${CORE_TAG}str`:
      return text;
    case `${CORE_TAG}binary`:
      return text.replace(/\s+/g, '');
    case `${CORE_TAG}null`:
      return null;
    case `${CORE_TAG}int`:
    case `${CORE_TAG}float`: {
      const value = resolveNumber(text);
      if (value === undefined)
        throw new TagError(`cannot decode ${JSON.stringify(text)} as ${tag}`);
      return value;
    }
    case `${CORE_TAG}bool`: {
      const value = WORDS.get(text);
      if (value === undefined)
        throw new TagError(`cannot decode ${JSON.stringify(text)} as ${tag}`);
      return value;
    }
    default:
      return isPlain ? resolvePlainScalar(text) : text;
  }
}

/** A scalar whose text does not fit its tag. */
export class TagError extends Error {
  override readonly name = 'TagError';
}

/** Whether a text written without quotes would be read as that text again. */
export function isPlainText(text: string): boolean {
  return (
    /^[A-Za-z0-9_./][A-Za-z0-9_./@+-]*(?::[A-Za-z0-9_./@+-]+)*$/.test(text) &&
    resolvePlainScalar(text) === text &&
    !/^(?:---|\.\.\.)/.test(text)
  );
}

const CORE_TAG = 'tag:yaml.org,2002:';

const NULLS = new Set(['', '~', 'null', 'Null', 'NULL']);

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...spellings(['y', 'yes', 'true', 'on'], true),
  ...spellings(['n', 'no', 'false', 'off'], false),
]);

/** Lower case, capitalised and upper case of each word. */
function spellings(words: readonly string[], value: boolean): [string, boolean][] {
  return words.flatMap((word) =>
    [word, word.charAt(0).toUpperCase() + word.slice(1), word.toUpperCase()].map(
      (spelling): [string, boolean] => [spelling, value],
    ),
  );
}

/** Digits, signs, a dot, `~`, nothing, and the first letters of the words. */
function mayBeSpecial(code: number): boolean {
  return Number.isNaN(code) || code < 0x3a || code === 0x7e || FIRST_LETTERS.has(code);
}

const FIRST_LETTERS = new Set([...'yYtToOnNfF'].map((letter) => letter.charCodeAt(0)));

const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INTEGER = /^([-+]?)(0x[0-9a-fA-F]+|0o[0-7]+|0b[01]+|0[0-7]*|[1-9][0-9]*)$/;

function resolveNumber(text: string): number | undefined {
  if (!/^[-+.0-9]/.test(text)) return undefined;
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  const match = INTEGER.exec(plain);
  if (match !== null) {
    const [, sign = '', digits = ''] = match;
    // A leading 0 alone means octal.
    const value = Number(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
    return sign === '-' ? 0 - value : value;
  }
  if (!FLOAT.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}
