import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, expect } from 'vitest';
import { hasOpenssl, makeCertificate } from './certificate.js';
import { benchTest as test } from './server-process.js';
import { JSON_BODY, listNames, stream, STREAMS } from './streams.js';

describe.concurrent('imagestream-server', () => {
  test('seeds itself from YAML, JSON, lists, templates and folders', async ({ bench }) => {
    mkdirSync(bench.path('folder/deeper'), { recursive: true });
    writeFileSync(
      bench.path('folder/a.yaml'),
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n' +
        'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata: {name: yaml, namespace: shop}\n',
    );
    bench.file('folder/deeper/b.json', stream('deeper'));
    bench.file('folder/notes.txt', 'not a manifest');
    const list = bench.file('list.json', {
      apiVersion: 'v1',
      kind: 'List',
      items: [stream('item')],
    });
    const template = bench.file('template.json', {
      apiVersion: 'template.openshift.io/v1',
      kind: 'Template',
      parameters: [{ name: 'APP', value: 'templated' }],
      objects: [stream('${APP}')],
    });
    const limits = bench.file('limits.json', {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'few', namespace: 'limited' },
      spec: {
        limits: [{ type: 'openshift.io/ImageStream', max: { 'openshift.io/image-tags': '0' } }],
      },
    });
    const server = bench.start(
      '--memory',
      ...['--seed', bench.path('folder'), '--seed', list, '--seed', template, '--seed', limits],
    );
    const url = await server.url();
    expect(await listNames(`${url}${STREAMS}`)).toEqual(['deeper', 'item', 'templated', 'yaml']);
    const refused = await fetch(`${url}${STREAMS.replace('shop', 'limited')}`, {
      method: 'POST',
      headers: JSON_BODY,
      body: JSON.stringify({
        metadata: { name: 'much' },
        spec: { tags: [{ name: 'a', from: { kind: 'DockerImage', name: 'x/a:1' } }] },
      }),
    });
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain('openshift.io/image-tags');
  });

  test('lets in who has a token, and for what the roles say', async ({ bench }) => {
    const tokens = bench.file(
      'tokens.csv',
      'secret-a,ann,1,"system:masters"\nsecret-b,bob,2,team\n',
    );
    const roles = bench.file(
      'roles.yaml',
      [
        'apiVersion: rbac.authorization.k8s.io/v1',
        'kind: Role',
        'metadata: {name: reader, namespace: shop}',
        'rules:',
        '- {apiGroups: [image.openshift.io], resources: [imagestreams], verbs: [get, list]}',
        '---',
        'apiVersion: rbac.authorization.k8s.io/v1',
        'kind: RoleBinding',
        'metadata: {name: readers, namespace: shop}',
        'roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}',
        'subjects: [{kind: Group, apiGroup: rbac.authorization.k8s.io, name: team}]',
      ].join('\n'),
    );
    const server = bench.start('--memory', '--token-auth-file', tokens, '--rbac', roles);
    const url = await server.url();
    const ask = async (method: string, token?: string): Promise<number> => {
      const response = await fetch(`${url}${STREAMS}`, {
        method,
        headers: {
          ...JSON_BODY,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(method === 'POST' ? { body: JSON.stringify(stream('cart')) } : {}),
      });
      return response.status;
    };
    expect(await ask('GET', 'secret-b')).toBe(200);
    expect(await ask('POST', 'secret-b')).toBe(403);
    expect(await ask('POST', 'secret-a')).toBe(201);
    expect(await ask('GET', 'guessed')).toBe(401);
    expect(await ask('GET')).toBe(403);
    expect(JSON.stringify(await server.end())).not.toContain('secret-');
  });

  test('tells about requests on request, and no secret', async ({ bench }) => {
    const tokens = bench.file('tokens.csv', 'secret-a,ann,1\n');
    const server = bench.start('--memory', '--log-requests', '--token-auth-file', tokens);
    const url = await server.url();
    await fetch(`${url}${STREAMS}`, { headers: { authorization: 'Bearer secret-a' } });
    const { stdout, stderr } = await server.end();
    expect(stdout).toBe(`imagestream-server listening on ${url}\n`);
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ method: 'GET', user: 'ann', status: 200 });
    expect(stderr).not.toContain('secret-a');
  });

  test('says that kubectl sends tokens over HTTPS only when that is not what it serves', async ({
    bench,
  }) => {
    const tokens = bench.file('tokens.csv', 'secret-a,ann,1\n');
    const kubeconfig = bench.path('kubeconfig');
    const args = ['--token-auth-file', tokens, '--kubeconfig-out', kubeconfig];
    const server = bench.start('--memory', ...args);
    await server.url();
    expect((await server.end()).stderr).toMatch(/^note: kubectl sends the token .* HTTPS only/);
  });

  test('prints its options and ends with 0 when asked for help', async ({ bench }) => {
    const { code, stdout, stderr } = await bench.start('--help').ending();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const option of [
      ...['port', 'host', 'data-dir', 'memory', 'etcd-endpoints', 'internal-registry'],
      ...['etcd-prefix', 'etcd-ca', 'etcd-cert', 'etcd-key', 'etcd-user'],
      ...['external-registry', 'seed', 'token-auth-file', 'rbac', 'allowed-registries'],
      ...['tls-cert', 'tls-key', 'kubeconfig-out', 'faults'],
    ]) {
      expect(stdout).toContain(`--${option} `.trimEnd());
    }
  });

  describe('ends with 2 and one clear line when it is called wrongly:', () => {
    test.for<[args: string[], problem: string]>([
      [['--prot', '1'], "Unknown option '--prot'"],
      [['--port', '70000'], '--port is a number from 0 to 65535, not "70000"'],
      [['extra'], "Unexpected argument 'extra'"],
      [
        ['--memory', '--data-dir', 'x'],
        '--data-dir, --memory and --etcd-endpoints exclude each other',
      ],
      [['--tls-key', 'x'], '--tls-cert and --tls-key go together'],
      [['--etcd-key', 'x'], '--etcd-key goes with --etcd-endpoints'],
      [
        ['--etcd-endpoints', 'ftp://127.0.0.1:1'],
        'etcd endpoint "ftp://127.0.0.1:1": the scheme is http or https',
      ],
      [
        ['--etcd-endpoints', 'http://127.0.0.1:1', '--etcd-prefix', 'x'],
        'not a prefix for keys of etcd: "x"',
      ],
      [
        ['--etcd-endpoints', 'http://127.0.0.1:1', '--etcd-user', '/nowhere/at.all'],
        '/nowhere/at.all: ENOENT',
      ],
      [['--memory', '--seed', '/nowhere/at.all'], '/nowhere/at.all: ENOENT'],
      [['--memory', '--host', '0.0.0.0'], '--host 0.0.0.0 can be reached from other machines'],
      [['--memory', '--token-auth-file', '/nowhere/at.all'], '/nowhere/at.all: ENOENT'],
      [['--memory', '--tls-cert', '/nowhere/c', '--tls-key', '/nowhere/k'], '/nowhere/c: ENOENT'],
    ])('%j', async ([args, problem], { bench }) => {
      const { code, stdout, stderr } = await bench.start(...args).ending();
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr.split('\n')[0]).toContain(`imagestream-server: ${problem}`);
      expect(stderr).not.toMatch(/^ {4}at /m);
    });
  });

  test('names the file, the place and the reason when an input cannot be used', async ({
    bench,
  }) => {
    for (const [option, text, problem] of [
      ['--seed', 'kind: ImageStream\n', 'an object needs apiVersion and kind'],
      ['--seed', '{"apiVersion": "v1", "kind": ', ''],
      ['--faults', '- {action: {type: explode}}', 'fault 1: unknown action "explode"'],
      ['--token-auth-file', 'only-a-token\n', 'line 1: expected token,user,uid'],
      ['--allowed-registries', '{}', 'expected a list'],
    ] as const) {
      const path = bench.file('input', text);
      const { code, stderr } = await bench.start('--memory', option, path).ending();
      expect({ code, start: stderr.slice(0, path.length + 22) }).toEqual({
        code: 2,
        start: `imagestream-server: ${path}: `,
      });
      expect(stderr).toContain(problem);
      // A secret that was in the file does not get into anybody's log.
      expect(stderr).not.toContain('only-a-token');
    }
  });

  test('ends with 1 when the seed breaks a rule, and names the object', async ({ bench }) => {
    const seed = bench.file('seed.json', stream('Bad_Name!'));
    const { code, stderr } = await bench.start('--memory', '--seed', seed).ending();
    expect(code).toBe(1);
    expect(stderr).toContain('seed: ImageStream shop/Bad_Name!: ');
    expect(stderr).toContain('metadata.name: Invalid value: "Bad_Name!"');
  });

  test('ends with 1 when the port is taken', async ({ bench }) => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const address = blocker.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const { code, stdout, stderr } = await bench.start('--memory', '--port', String(port)).ending();
    blocker.close();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`EADDRINUSE: address already in use 127.0.0.1:${port}`);
  });
});

const openssl = hasOpenssl();
if (!openssl) console.warn('skipped: the server over TLS, because openssl is not installed');

test.skipIf(!openssl)('serves HTTPS with the certificate it was given', async ({ bench }) => {
  const options = makeCertificate(bench);
  const seed = bench.file('seed.json', stream('cart'));
  const url = await bench.start('--memory', '--seed', seed, ...options).url();
  expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
  const trusting = spawnSync(
    process.execPath,
    ['-e', `fetch('${url}${STREAMS}/cart').then((response) => console.log(response.status))`],
    { encoding: 'utf8', env: { ...process.env, NODE_EXTRA_CA_CERTS: options[1] } },
  );
  expect(trusting.stdout).toBe('200\n');
});
