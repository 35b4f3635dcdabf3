import { isJsonObject } from '@imagestream/core';
import { textOf } from './kubeconfig-file.js';
import { KubeconfigError } from './kubeconfig-error.js';

/** What a credential plugin gives: a token, a client certificate, or both. */
export interface ExecCredential {
  readonly token?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** A source of credentials that runs a plugin when it has none, or none that is still good. */
export interface ExecCredentials {
  /** `refused`: the server did not take the last token, whatever its date says. */
  get(refused?: string): Promise<ExecCredential>;
}

// A credential that is about to expire would be refused on its way.
const EXPIRY_MARGIN_MS = 10_000;
const MAX_OUTPUT_BYTES = 1024 * 1024;
const MAX_RUN_MS = 60_000;
const API_VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

type Entry = Readonly<Record<string, unknown>>;

/** Makes the source for the `exec` entry of a kubeconfig user. Throws a KubeconfigError when it cannot be run. */
export function execCredentials(
  exec: Entry,
  cluster: Entry,
  now: () => number = Date.now,
): ExecCredentials {
  const command = textOf(exec, 'command');
  const apiVersion = textOf(exec, 'apiVersion') ?? '';
  if (command === undefined) throw new KubeconfigError('users[].user.exec has no command');
  if (!API_VERSIONS.includes(apiVersion)) {
    throw new KubeconfigError(
      `exec plugin ${command}: apiVersion ${JSON.stringify(apiVersion)} is not one of ${API_VERSIONS.join(', ')}`,
    );
  }
  if (exec['interactiveMode'] === 'Always') {
    throw new KubeconfigError(`exec plugin ${command} needs a terminal; log in with it first`);
  }
  let current: { credential: ExecCredential; expiresMs: number } | undefined;
  let running: Promise<ExecCredential> | undefined;

  async function renew(): Promise<ExecCredential> {
    const status = await runPlugin(command ?? '', exec, execInfo(apiVersion, exec, cluster));
    const expires = textOf(status, 'expirationTimestamp');
    const credential = readCredential(command ?? '', status);
    current = {
      credential,
      expiresMs: expires === undefined ? Infinity : Date.parse(expires) - EXPIRY_MARGIN_MS,
    };
    return credential;
  }

  return {
    async get(refused) {
      const wasRefused = refused !== undefined && refused === current?.credential.token;
      if (current !== undefined && !wasRefused && now() < current.expiresMs) {
        return current.credential;
      }
      // Many requests at once start the plugin once.
      running ??= renew().finally(() => (running = undefined));
      return running;
    },
  };
}

function execInfo(apiVersion: string, exec: Entry, cluster: Entry): object {
  const provides = exec['provideClusterInfo'] === true;
  return {
    apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(provides ? { cluster } : {}) },
  };
}

async function runPlugin(command: string, exec: Entry, info: object): Promise<Entry> {
  const stdout = await run(command, exec, info);
  let answer: unknown;
  try {
    answer = JSON.parse(stdout);
  } catch {
    // The error would quote what the plugin printed, which may be a token.
    throw new KubeconfigError(`exec plugin ${command} did not print JSON`);
  }
  const status = isJsonObject(answer) ? answer['status'] : undefined;
  if (!isJsonObject(status)) {
    throw new KubeconfigError(`exec plugin ${command} printed no ExecCredential with a status`);
  }
  return status;
}

async function run(command: string, exec: Entry, info: object): Promise<string> {
  // Loaded when it is needed: most configurations have no plugin.
  const { execFile } = await import('node:child_process');
  const args = Array.isArray(exec['args']) ? exec['args'].map(String) : [];
  const env = {
    ...process.env,
    ...environmentOf(exec),
    KUBERNETES_EXEC_INFO: JSON.stringify(info),
  };
  return new Promise((resolve, reject) => {
    const options = { env, maxBuffer: MAX_OUTPUT_BYTES, timeout: MAX_RUN_MS };
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(explain(command, exec, error, stderr));
    });
    child.stdin?.end();
  });
}

function explain(
  command: string,
  exec: Entry,
  error: Error & { code?: string | number | null },
  stderr: string,
): KubeconfigError {
  if (error.code === 'ENOENT') {
    const hint = textOf(exec, 'installHint');
    return new KubeconfigError(
      `exec plugin ${command} is not installed${hint === undefined ? '' : `\n${hint}`}`,
    );
  }
  return new KubeconfigError(`exec plugin ${command} failed: ${stderr.trim().slice(0, 500)}`);
}

function environmentOf(exec: Entry): Record<string, string> {
  const entries = Array.isArray(exec['env']) ? exec['env'].filter(isJsonObject) : [];
  return Object.fromEntries(
    entries.map((entry) => [textOf(entry, 'name') ?? '', textOf(entry, 'value') ?? '']),
  );
}

function readCredential(command: string, status: Entry): ExecCredential {
  const token = textOf(status, 'token');
  const cert = textOf(status, 'clientCertificateData');
  const key = textOf(status, 'clientKeyData');
  if (token === undefined && (cert === undefined || key === undefined)) {
    throw new KubeconfigError(`exec plugin ${command} gave neither a token nor a certificate`);
  }
  return {
    ...(token === undefined ? {} : { token }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}
