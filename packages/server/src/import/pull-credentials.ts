import { isJsonObject, type Secret } from '@imagestream/core';
import type { RegistryCredentials } from './registry-source.js';

/** Finds the credentials for a repository; undefined when there are none. */
export type CredentialsLookup = (repository: {
  readonly registry: string;
  readonly repository: string;
}) => RegistryCredentials | undefined;

/**
 * Reads pull secrets of both kinds (`.dockerconfigjson` and `.dockercfg`) and returns a look-up in them. The entry whose
 * host and path fit best is taken, the first one of equals; a secret that cannot be read is passed over, as on the server.
 *
 * Source: import-credentials.
 */
export function createCredentialsLookup(secrets: readonly Secret[]): CredentialsLookup {
  const entries = secrets.flatMap(readSecret).sort((a, b) => b.path.length - a.path.length);
  return ({ registry, repository }) => {
    const host = HUB_NAMES.has(registry) ? HUB_KEY : registry;
    const found = entries.find(
      (entry) => matchesHost(entry.host, host) && isBelow(repository, entry.path),
    );
    return found?.credentials;
  };
}

interface CredentialsEntry {
  readonly host: string;
  /** Below the host, without slashes at the ends; empty = everything. */
  readonly path: string;
  readonly credentials: RegistryCredentials;
}

const HUB_KEY = 'index.docker.io';
const HUB_NAMES: ReadonlySet<string> = new Set([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
]);

function readSecret({ data, type }: Secret): CredentialsEntry[] {
  switch (type) {
    case 'kubernetes.io/dockerconfigjson': {
      const config = readJson(data?.['.dockerconfigjson']);
      return readAuths(config?.['auths']);
    }
    case 'kubernetes.io/dockercfg':
      return readAuths(readJson(data?.['.dockercfg']));
    default:
      return [];
  }
}

function readJson(base64: string | undefined): Record<string, unknown> | undefined {
  const text = decodeBase64(base64 ?? '');
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch (error) {
    // A secret is the user's own text; one that is no JSON holds no credentials.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readAuths(auths: unknown): CredentialsEntry[] {
  if (!isJsonObject(auths)) return [];
  return Object.entries(auths).flatMap(([key, value]) => {
    const credentials = readCredentials(value);
    return credentials === undefined ? [] : [{ ...splitKey(key), credentials }];
  });
}

/** `auth` says both and wins over what stands beside it. */
function readCredentials(value: unknown): RegistryCredentials | undefined {
  if (!isJsonObject(value)) return undefined;
  const { auth, username, password } = value;
  const decoded = typeof auth === 'string' ? decodeBase64(auth) : undefined;
  const colon = decoded?.indexOf(':') ?? -1;
  if (decoded !== undefined && colon !== -1) {
    return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
  }
  if (typeof username !== 'string' || username === '') return undefined;
  return { username, password: typeof password === 'string' ? password : '' };
}

/** `https://index.docker.io/v1/` and `quay.io/team` alike. The API version of the path is no path. */
function splitKey(key: string): { readonly host: string; readonly path: string } {
  const bare = key.replace(/^https?:\/\//, '');
  const slash = bare.indexOf('/');
  const host = slash === -1 ? bare : bare.slice(0, slash);
  const path =
    slash === -1
      ? ''
      : bare
          .slice(slash + 1)
          .replace(/^v[12](\/|$)/, '')
          .replace(/\/+$/, '');
  return { host: HUB_NAMES.has(host) ? HUB_KEY : host, path };
}

/** A `*` in the host of a secret stands for one label. */
function matchesHost(pattern: string, host: string): boolean {
  if (!pattern.includes('*')) return pattern === host;
  const wanted = pattern.split('.');
  const labels = host.split('.');
  return (
    wanted.length === labels.length &&
    wanted.every((label, index) => label === '*' || label === labels[index])
  );
}

function isBelow(repository: string, path: string): boolean {
  return path === '' || repository === path || repository.startsWith(`${path}/`);
}

function decodeBase64(text: string): string | undefined {
  if (text === '' || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)) return undefined;
  const bytes = Uint8Array.from(atob(text.trim()), (character) => character.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}
