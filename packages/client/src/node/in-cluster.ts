import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KubeconfigError } from './kubeconfig-error.js';
import { USER_AGENT, type FoundConfig } from './node-config.js';
import { nodeFetch } from './node-fetch.js';
import { tokenFromFile } from './token-file.js';

/** Where to look; the defaults are where Kubernetes puts things. */
export interface InClusterOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The folder of the service account. */
  readonly folder?: string;
}

/**
 * The configuration of a program that runs in a pod: its service account, the token read again as it is renewed.
 *
 * Rejects with a KubeconfigError outside of a cluster.
 */
export async function inCluster(options: InClusterOptions = {}): Promise<FoundConfig> {
  const { env = process.env, folder = '/var/run/secrets/kubernetes.io/serviceaccount' } = options;
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '' } = env;
  if (host === '' || port === '') {
    throw new KubeconfigError(
      'not in a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set',
    );
  }
  const [ca, namespace] = await Promise.all(
    ['ca.crt', 'namespace'].map((file) => readServiceAccountFile(join(folder, file))),
  );
  const fetch = nodeFetch({ ca: ca ?? '' });
  return {
    baseUrl: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    token: tokenFromFile(join(folder, 'token')),
    fetch,
    close: () => fetch.close(),
    userAgent: USER_AGENT,
    namespace: namespace?.trim() ?? '',
  };
}

async function readServiceAccountFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new KubeconfigError(`not in a cluster: ${path} cannot be read`, { cause });
  }
}
