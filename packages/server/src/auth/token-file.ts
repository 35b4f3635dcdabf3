import type { UserInfo } from '../registry/request-context.js';

/** A token file that cannot be read. Names the line, never a token. */
export class TokenFileError extends Error {
  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`);
    this.name = 'TokenFileError';
  }
}

/**
 * Users by token, from lines `token,user,uid[,"group,group"]` of comma-separated values. Empty lines and lines that
 * begin with `#` are skipped. Throws a TokenFileError.
 *
 * Source: api-authentication.
 */
export function parseTokenFile(text: string): Map<string, UserInfo> {
  const users = new Map<string, UserInfo>();
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return;
    const fields = splitFields(line, index + 1);
    const [token = '', name = '', uid = '', groups = ''] = fields;
    if (fields.length < 3 || token === '' || name === '') {
      throw new TokenFileError(index + 1, 'expected token,user,uid and optionally "group,group"');
    }
    if (users.has(token)) throw new TokenFileError(index + 1, 'the token was given before');
    users.set(token, {
      name,
      ...(uid === '' ? {} : { uid }),
      groups: groups.split(',').filter((group) => group !== ''),
      extra: {},
    });
  });
  return users;
}

function splitFields(line: string, lineNumber: number): string[] {
  const fields: string[] = [];
  let rest = line;
  for (;;) {
    const quoted = /^\s*"((?:[^"]|"")*)"\s*(?:,|$)/.exec(rest);
    const match = quoted ?? /^([^",]*)(?:,|$)/.exec(rest);
    if (match === null) throw new TokenFileError(lineNumber, 'a quote is not closed');
    const value = match[1] ?? '';
    fields.push(quoted === null ? value.trim() : value.replaceAll('""', '"'));
    if (!match[0].endsWith(',')) return fields;
    rest = rest.slice(match[0].length);
  }
}
