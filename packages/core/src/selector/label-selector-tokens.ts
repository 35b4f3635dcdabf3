/** What a label selector is made of. `in` and `notin` are words until an operator is expected. */
export type TokenType = 'end' | 'word' | 'symbol';

/** A piece of a label selector with its text; the end has the empty text. */
export interface Token {
  readonly type: TokenType;
  readonly text: string;
}

const SYMBOLS: ReadonlySet<string> = new Set(['=', '==', '!', '!=', '>', '<', '(', ')', ',']);
const SPECIAL = '=!(),><';
const BLANK = ' \t\r\n';

/**
 * Cuts a label selector into tokens. Symbols are read greedily: `===` is `==` and `=`. Never throws.
 */
export function readTokens(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (BLANK.includes(char)) {
      at++;
    } else if (SPECIAL.includes(char)) {
      const symbol = SYMBOLS.has(text.slice(at, at + 2)) ? text.slice(at, at + 2) : char;
      tokens.push({ type: 'symbol', text: symbol });
      at += symbol.length;
    } else {
      const start = at;
      while (
        at < text.length &&
        !BLANK.includes(text.charAt(at)) &&
        !SPECIAL.includes(text.charAt(at))
      )
        at++;
      tokens.push({ type: 'word', text: text.slice(start, at) });
    }
  }
  tokens.push({ type: 'end', text: '' });
  return tokens;
}
