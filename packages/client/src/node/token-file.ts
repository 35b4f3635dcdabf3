import { readFile } from 'node:fs/promises';
import type { TokenSource } from '../config.js';

// As client-go does. The kubelet renews a token when a fifth of its life is left, so an old one is still good.
const MAX_AGE_MS = 60_000;

/** A token kept in a file that somebody renews: read again after a minute, and when the server refuses it. */
export function tokenFromFile(path: string, now: () => number = Date.now): TokenSource {
  let token: string | undefined;
  let readMs = 0;
  return async (refused) => {
    if (token === undefined || refused !== undefined || now() - readMs > MAX_AGE_MS) {
      token = (await readFile(path, 'utf8')).trim();
      readMs = now();
    }
    return token;
  };
}
