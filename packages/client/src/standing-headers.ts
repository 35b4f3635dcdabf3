import type { ClientConfig, ImpersonatedUser } from './config.js';

/**
 * The headers every request of a client carries besides its credentials.
 *
 * Throws a TypeError when the identity to act as cannot be said by the global `fetch`, which joins several values of
 * one header into one: two groups would become one group with a comma in its name.
 */
export function standingHeaders(config: ClientConfig): Headers {
  const headers = new Headers(config.headers);
  if (config.userAgent !== undefined) headers.set('User-Agent', config.userAgent);
  if (config.impersonate === undefined) return headers;
  for (const [name, values] of impersonationHeaders(config.impersonate)) {
    if (values.length > 1 && config.fetch === undefined) {
      throw new TypeError(
        `fetch cannot send several values of ${name}; use nodeFetch of @imagestream/client/node`,
      );
    }
    for (const value of values) headers.append(name, value);
  }
  return headers;
}

function impersonationHeaders(user: ImpersonatedUser): [name: string, values: readonly string[]][] {
  return [
    ['Impersonate-User', [user.user]],
    ['Impersonate-Group', user.groups ?? []],
    ['Impersonate-Uid', user.uid === undefined ? [] : [user.uid]],
    ...Object.entries(user.extra ?? {}).map(([key, values]): [string, readonly string[]] => [
      `Impersonate-Extra-${encodeURIComponent(key)}`,
      values,
    ]),
  ];
}
