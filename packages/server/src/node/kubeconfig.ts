import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';

/** What a kubeconfig for a server says. */
export interface KubeconfigOptions {
  readonly url: string;
  /** PEM certificate the server shows, when it serves HTTPS. */
  readonly certificate?: string;
  readonly token?: string;
}

/** The text of a kubeconfig with one cluster, user and context, all named `imagestream`. */
export function formatKubeconfig({ url, certificate, token }: KubeconfigOptions): string {
  const name = 'imagestream';
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: {
          server: url,
          // Some clients refuse plain http unless they are told not to care.
          ...(certificate === undefined
            ? { 'insecure-skip-tls-verify': true }
            : { 'certificate-authority-data': Buffer.from(certificate).toString('base64') }),
        },
      },
    ],
    users: [{ name, user: token === undefined ? {} : { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
  });
}

/** Writes a kubeconfig that only its owner can read: it may hold a token. */
export function writeKubeconfig(path: string, options: KubeconfigOptions): void {
  writeFileSync(path, formatKubeconfig(options), { mode: 0o600 });
}
