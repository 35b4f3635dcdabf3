/** Whether a text has characters that mean something in a pattern. */
export function isGlob(text: string): boolean {
  return /[*?[\]{}]/.test(text);
}

/**
 * Turns a pattern into an expression for paths with forward slashes: `*` and `?` stay inside one name, `**` crosses folders,
 * `{a,b}` and `[abc]` are choices.
 */
export function globToExpression(pattern: string): RegExp {
  let source = '';
  let depth = 0;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (pattern.startsWith('**/', at)) {
      source += '(?:.*/)?';
      at += 2;
    } else if (pattern.startsWith('**', at)) {
      source += '.*';
      at++;
    } else if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (char === '{') {
      source += '(?:';
      depth++;
    } else if (char === '}' && depth > 0) {
      source += ')';
      depth--;
    } else if (char === ',' && depth > 0) source += '|';
    else if (char === '[' && pattern.indexOf(']', at + 2) > 0) {
      const end = pattern.indexOf(']', at + 2);
      const set = pattern
        .slice(at + 1, end)
        .replace(/^!/, '^')
        .replaceAll('\\', '\\\\');
      source += `[${set}]`;
      at = end;
    } else source += char.replace(/[\\^$.|+()[\]{}]/, '\\$&');
  }
  return new RegExp(`^${source}${')'.repeat(depth)}$`);
}

/** The folder a pattern starts in: everything before the first name with a special character. */
export function globBase(pattern: string): string {
  const names = pattern.split('/');
  const first = names.findIndex(isGlob);
  const base = names.slice(0, first < 0 ? names.length : first).join('/');
  return base === '' ? (pattern.startsWith('/') ? '/' : '.') : base;
}
