import { readFile } from 'node:fs/promises';
import { isJsonObject } from '@imagestream/core';
import type { ImpersonatedUser, TokenSource } from '../config.js';
import { execCredentials, type ExecCredential, type ExecCredentials } from './exec-credential.js';
import { KubeconfigError } from './kubeconfig-error.js';
import { readKubeconfig, textOf, type KubeconfigOptions } from './kubeconfig-file.js';
import { USER_AGENT, type FoundConfig } from './node-config.js';
import { nodeFetch, type NodeFetch, type NodeFetchOptions } from './node-fetch.js';
import { tokenFromFile } from './token-file.js';

type Entry = Readonly<Record<string, unknown>>;

/**
 * The configuration of a kubeconfig context: address, authorities, client certificate, token, token file, credential
 * plugin, server name, proxy, and the user to act as.
 *
 * Rejects with a KubeconfigError that names the file and what is wrong with it.
 *
 * @example
 * const client = createImageClient(await fromKubeconfig({ context: 'staging' }));
 */
export async function fromKubeconfig(options: KubeconfigOptions = {}): Promise<FoundConfig> {
  const { name, namespace, cluster, user } = await readKubeconfig(options);
  const baseUrl = textOf(cluster, 'server');
  if (baseUrl === undefined)
    throw new KubeconfigError(`the cluster of context ${name} has no server`);
  refuseRemoved(name, user);
  const exec = isJsonObject(user['exec']) ? execCredentials(user['exec'], cluster) : undefined;
  const connect = await connectOptions(cluster, user);
  const connection = exec === undefined ? nodeFetch(connect) : renewedFetch(connect, exec);
  const token = tokenOf(user, exec);
  const impersonate = impersonated(user);
  return {
    baseUrl,
    fetch: (request) => connection(request),
    close: () => connection.close(),
    userAgent: USER_AGENT,
    namespace,
    ...(token === undefined ? {} : { token }),
    ...(impersonate === undefined ? {} : { impersonate }),
  };
}

/** What Kubernetes no longer has would otherwise end in a 401 that nobody understands. */
function refuseRemoved(context: string, user: Entry): void {
  const removed = [
    ['auth-provider', 'use an exec plugin'],
    ['username', 'use a token'],
  ] as const;
  for (const [member, instead] of removed) {
    if (user[member] === undefined || user[member] === '') continue;
    throw new KubeconfigError(
      `the user of context ${context} has ${member}, which Kubernetes has removed; ${instead}`,
    );
  }
}

async function connectOptions(cluster: Entry, user: Entry): Promise<NodeFetchOptions> {
  const [ca, cert, key] = await Promise.all([
    pem(cluster, 'certificate-authority'),
    pem(user, 'client-certificate'),
    pem(user, 'client-key'),
  ]);
  const serverName = textOf(cluster, 'tls-server-name');
  const proxyUrl = textOf(cluster, 'proxy-url');
  if (proxyUrl !== undefined && !/^https?:/i.test(proxyUrl)) {
    throw new KubeconfigError(`proxy-url must be http or https: ${proxyUrl.replace(/:.*/s, ':…')}`);
  }
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { serverName }),
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
    ...(cluster['insecure-skip-tls-verify'] === true ? { insecureSkipTlsVerify: true } : {}),
  };
}

/** A certificate or key: inline data before the file, as kubectl has it. */
async function pem(entry: Entry, member: string): Promise<string | undefined> {
  const data = textOf(entry, `${member}-data`);
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
  const path = textOf(entry, member);
  if (path === undefined) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new KubeconfigError(`${member} ${path} cannot be read`, { cause });
  }
}

function tokenOf(user: Entry, exec: ExecCredentials | undefined): string | TokenSource | undefined {
  // kubectl's order: a token file wins over a token, both win over a plugin.
  const file = textOf(user, 'tokenFile');
  if (file !== undefined) return tokenFromFile(file);
  const token = textOf(user, 'token');
  if (token !== undefined) return token;
  if (exec === undefined) return undefined;
  return async (refused) => (await exec.get(refused)).token;
}

function impersonated(user: Entry): ImpersonatedUser | undefined {
  const name = textOf(user, 'as');
  if (name === undefined) return undefined;
  const { 'as-groups': groups, 'as-user-extra': extra } = user;
  const uid = textOf(user, 'as-uid');
  return {
    user: name,
    ...(Array.isArray(groups) ? { groups: groups.map(String) } : {}),
    ...(uid === undefined ? {} : { uid }),
    ...(isJsonObject(extra) ? { extra: extraOf(extra) } : {}),
  };
}

function extraOf(extra: Entry): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(extra).map(([key, values]) => [
      key,
      Array.isArray(values) ? values.map(String) : [],
    ]),
  );
}

/** A fetch whose client certificate comes from a plugin: a new one means new connections. */
function renewedFetch(
  options: NodeFetchOptions,
  exec: ExecCredentials,
): Pick<NodeFetch, 'close'> & ((request: Request) => Promise<Response>) {
  let current: { credential: ExecCredential; fetch: NodeFetch } | undefined;

  async function fetch(request: Request): Promise<Response> {
    const credential = await exec.get();
    if (current === undefined || current.credential.cert !== credential.cert) {
      const { cert, key } = credential;
      const own = cert === undefined || key === undefined ? {} : { cert, key };
      // Watches under way keep their connections until they end by themselves.
      current?.fetch.closeIdle();
      current = { credential, fetch: nodeFetch({ ...options, ...own }) };
    }
    return current.fetch(request);
  }

  return Object.assign(fetch, { close: () => current?.fetch.close() });
}
