/** One way in which a registry wants to be asked: the scheme in lower case, and its parameters by lower-case name. */
export interface AuthChallenge {
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Takes a `WWW-Authenticate` header apart. Several challenges may stand in one header, separated by commas like their
 * parameters. What does not parse is left out. Linear in the length of the header.
 *
 * @example
 * parseAuthChallenges('Bearer realm="https://auth.test/token",service="registry.test"');
 * // [{ scheme: 'bearer', parameters: { realm: 'https://auth.test/token', service: 'registry.test' } }]
 */
export function parseAuthChallenges(header: string): AuthChallenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  for (const part of splitOutsideQuotes(header)) {
    const match = /^(?:([A-Za-z][A-Za-z0-9-]*)(?:\s+|$))?(?:([A-Za-z0-9_-]+)\s*=\s*(.*))?$/.exec(
      part.trim(),
    );
    if (match === null) continue;
    const [, scheme, name, value] = match;
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: {} });
    const current = challenges.at(-1);
    if (current === undefined || name === undefined || value === undefined) continue;
    Object.defineProperty(current.parameters, name.toLowerCase(), {
      value: unquote(value.trim()),
      enumerable: true,
    });
  }
  return challenges;
}

function splitOutsideQuotes(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (isQuoted && character === '\\') index += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === ',' && !isQuoted) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, text.slice(start)];
}

function unquote(text: string): string {
  if (!text.startsWith('"') || !text.endsWith('"') || text.length < 2) return text;
  return text.slice(1, -1).replace(/\\(.)/g, '$1');
}
