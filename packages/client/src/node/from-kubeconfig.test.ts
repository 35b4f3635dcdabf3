import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { execCredentials } from './exec-credential.js';
import { fromKubeconfig } from './from-kubeconfig.js';
import { inCluster } from './in-cluster.js';
import { tokenFromFile } from './token-file.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imagestream-client-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

interface Parts {
  readonly server?: string;
  readonly cluster?: object;
  readonly user?: object;
}

/** A kubeconfig with one context, as JSON, which is YAML. */
function kubeconfig({ server = 'https://api.test:6443', cluster = {}, user = {} }: Parts): string {
  return write(
    'config',
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'dev',
      contexts: [{ name: 'dev', context: { cluster: 'c', user: 'u', namespace: 'web' } }],
      clusters: [{ name: 'c', cluster: { server, ...cluster } }],
      users: [{ name: 'u', user }],
    }),
  );
}

async function tokenOf(path: string, refused?: string): Promise<string | undefined> {
  const { token } = await fromKubeconfig({ path });
  return typeof token === 'function' ? token(refused) : token;
}

test('the current context gives address, namespace, token and the user to act as', async () => {
  const path = kubeconfig({
    user: {
      token: 't1',
      as: 'ada',
      'as-groups': ['dev'],
      'as-uid': 'u1',
      'as-user-extra': { scope: ['a'] },
    },
  });
  expect(await fromKubeconfig({ path })).toMatchObject({
    baseUrl: 'https://api.test:6443',
    namespace: 'web',
    token: 't1',
    userAgent: 'imagestream-client',
    impersonate: { user: 'ada', groups: ['dev'], uid: 'u1', extra: { scope: ['a'] } },
  });
});

test('another context can be named, and a missing one is told with those there are', async () => {
  const path = write(
    'config',
    `
current-context: a
contexts:
- {name: a, context: {cluster: c, user: u}}
- {name: b, context: {cluster: d, user: u}}
clusters:
- {name: c, cluster: {server: 'https://c.test'}}
- {name: d, cluster: {server: 'https://d.test'}}
users:
- {name: u, user: {}}
`,
  );
  expect((await fromKubeconfig({ path, context: 'b' })).baseUrl).toBe('https://d.test');
  await expect(fromKubeconfig({ path, context: 'z' })).rejects.toThrow(
    `${path} has no context "z"; it has "a", "b"`,
  );
});

test('files of $KUBECONFIG are laid over each other, the first one first, missing ones skipped', async () => {
  const first = write(
    'first',
    'users: [{name: u, user: {token: first}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n',
  );
  const second = write(
    'second',
    "current-context: x\nusers: [{name: u, user: {token: second}}]\nclusters: [{name: c, cluster: {server: 'https://c.test'}}]\n",
  );
  const env = { KUBECONFIG: [join(folder, 'missing'), first, second].join(':') };
  expect(await fromKubeconfig({ env })).toMatchObject({
    baseUrl: 'https://c.test',
    token: 'first',
  });
});

test('an empty member is an absent one', async () => {
  const cluster = { 'proxy-url': '', 'tls-server-name': '', 'certificate-authority': '' };
  const config = await fromKubeconfig({ path: kubeconfig({ cluster, user: { token: '' } }) });
  expect(config.token).toBeUndefined();
});

test('a relative path is relative to the file it stands in', async () => {
  mkdirSync(join(folder, 'keys'));
  write('keys/token', 'from-file\n');
  expect(await tokenOf(kubeconfig({ user: { tokenFile: 'keys/token' } }))).toBe('from-file');
});

test('a file that cannot be read is named', async () => {
  const path = join(folder, 'nothing');
  await expect(fromKubeconfig({ path })).rejects.toThrow(`${path} cannot be read`);
  const config = kubeconfig({ cluster: { 'certificate-authority': 'gone.crt' } });
  await expect(fromKubeconfig({ path: config })).rejects.toThrow(
    `certificate-authority ${join(folder, 'gone.crt')} cannot be read`,
  );
});

test('YAML that does not parse is told without quoting it', async () => {
  const path = write('config', 'users: [{name: u, user: {token: s3cret\n');
  const error: unknown = await fromKubeconfig({ path }).catch((thrown: unknown) => thrown);
  expect((error as Error).message).toBe(`${path} is not YAML`);
  expect((error as Error).cause).toBeUndefined();
});

test('what is no longer supported is said', async () => {
  const path = kubeconfig({ user: { 'auth-provider': { name: 'oidc' } } });
  await expect(fromKubeconfig({ path })).rejects.toThrow('use an exec plugin');
  const basic = kubeconfig({ user: { username: 'ada', password: 's3cret' } });
  await expect(fromKubeconfig({ path: basic })).rejects.toThrow(/has username, .* use a token$/);
  const socks = kubeconfig({ cluster: { 'proxy-url': 'socks5://ada:pw@proxy' } });
  await expect(fromKubeconfig({ path: socks })).rejects.toThrow(
    /^proxy-url must be http or https: socks5:…$/,
  );
});

/** A plugin in JavaScript: prints `status`, counting its runs in a file. */
function plugin(status: string, more: object = {}): object {
  const script = write(
    'plugin.cjs',
    `const fs = require('fs');
     const runs = __filename + '.runs';
     fs.appendFileSync(runs, 'x');
     const n = fs.readFileSync(runs, 'utf8').length;
     const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
     console.log(JSON.stringify({ apiVersion: info.apiVersion, kind: 'ExecCredential', status: ${status} }));`,
  );
  return {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: [script],
      env: [{ name: 'PLUGIN_VALUE', value: 'from-env' }],
      ...more,
    },
  };
}

test('a plugin gives a token, is run once while it is good, and again when it is refused', async () => {
  const path = kubeconfig({ user: plugin('{ token: `${process.env.PLUGIN_VALUE}-${n}` }') });
  const { token } = await fromKubeconfig({ path });
  if (typeof token !== 'function') throw new Error('a plugin gives a token source');
  expect(await Promise.all([token(), token()])).toEqual(['from-env-1', 'from-env-1']);
  expect(await token()).toBe('from-env-1');
  expect(await token('from-env-1')).toBe('from-env-2');
  expect(await token('from-env-1')).toBe('from-env-2');
});

test('a plugin is run again when its credential has expired', async () => {
  let nowMs = Date.parse('2026-01-01T00:00:00Z');
  const { exec } = plugin('{ token: `t${n}`, expirationTimestamp: "2026-01-01T00:01:00Z" }') as {
    exec: Record<string, unknown>;
  };
  const credentials = execCredentials(exec, {}, () => nowMs);
  expect(await credentials.get()).toEqual({ token: 't1' });
  nowMs += 49_000;
  expect(await credentials.get()).toEqual({ token: 't1' });
  nowMs += 2_000;
  expect(await credentials.get()).toEqual({ token: 't2' });
});

test('a plugin is told about the cluster when it asks to be', async () => {
  const path = kubeconfig({
    user: plugin('{ token: info.spec.cluster.server }', { provideClusterInfo: true }),
  });
  expect(await tokenOf(path)).toBe('https://api.test:6443');
});

test.each([
  [
    'is not installed',
    { command: 'no-such-plugin', installHint: 'get it at example.com' },
    /no-such-plugin is not installed\nget it at example.com/,
  ],
  [
    'fails',
    { args: ['-e', 'console.error("login expired"); process.exit(1)'] },
    /failed: login expired/,
  ],
  ['prints no JSON', { args: ['-e', 'console.log("s3cret")'] }, /did not print JSON$/],
  [
    'gives nothing',
    { args: ['-e', 'console.log(JSON.stringify({status: {}}))'] },
    /neither a token nor a certificate/,
  ],
])('a plugin that %s is told', async (_what, more, message) => {
  const path = kubeconfig({ user: plugin('{}', more) });
  await expect(tokenOf(path)).rejects.toThrow(message);
});

test('a plugin of an unknown version is refused before it is run', async () => {
  const path = kubeconfig({
    user: plugin('{}', { apiVersion: 'client.authentication.k8s.io/v9' }),
  });
  await expect(fromKubeconfig({ path })).rejects.toThrow('is not one of');
});

test('a token file is read again after a minute, and when the token is refused', async () => {
  let nowMs = 0;
  const path = write('token', 'one\n');
  const token = tokenFromFile(path, () => nowMs);
  expect(await token()).toBe('one');
  write('token', 'two\n');
  nowMs = 60_000;
  expect(await token()).toBe('one');
  expect(await token('one')).toBe('two');
  write('token', 'three\n');
  nowMs = 121_000;
  expect(await token()).toBe('three');
});

test('in a cluster everything is where Kubernetes puts it', async () => {
  write('ca.crt', '');
  write('namespace', 'web\n');
  write('token', 't1');
  const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
  const config = await inCluster({ env, folder });
  expect(config).toMatchObject({ baseUrl: 'https://[fd00::1]:443', namespace: 'web' });
  expect(typeof config.token === 'function' && (await config.token())).toBe('t1');
});

test('outside of a cluster that is said', async () => {
  await expect(inCluster({ env: {}, folder })).rejects.toThrow('not in a cluster');
});
