import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hasOpenssl, makeCertificate } from '../certificate.js';
import { Bench } from '../server-process.js';
import { describeEachProgram, stream } from './cluster.js';
import { Workplace, type Outcome } from './workplace.js';

const ROLES = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules:
- {apiGroups: [image.openshift.io], resources: [imagestreams], verbs: [get, list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: bob}]
`;

const openssl = hasOpenssl();
if (!openssl) console.warn('skipped: kubectl over TLS, because openssl is not installed');

const done = (stdout: string): Outcome => ({ exit: 0, stdout, stderr: '' });

describeEachProgram('with the kubeconfig of the server', ({ path, minor }) => {
  let bench: Bench;
  let work: Workplace;
  let kubeconfig: string;
  beforeEach(() => {
    bench = new Bench();
    kubeconfig = bench.path('kubeconfig');
    work = new Workplace({ program: path, url: 'http://127.0.0.1:1', namespace: 'default' });
  });
  afterEach(() => {
    work.close();
    bench.close();
  });

  async function start(...args: string[]): Promise<void> {
    const seed = bench.file('seed.json', stream('cart', {}, { namespace: 'shop' }));
    const server = bench.start('--memory', '--seed', seed, '--kubeconfig-out', kubeconfig, ...args);
    await server.url();
  }

  const kubectl = (...args: string[]): Promise<Outcome> =>
    work.run(['-n', 'shop', ...args], { env: { KUBECONFIG: kubeconfig } });

  const cart = 'imagestream.image.openshift.io/cart\n';

  test('reaches it over plain HTTP', async () => {
    await start();
    expect(await kubectl('get', 'is', '-o', 'name')).toEqual(done(cart));
  });

  test.skipIf(!openssl)('reaches it over TLS with the first of the tokens', async () => {
    const tokens = bench.file('tokens.csv', 'secret-a,ann,1\n');
    await start(...makeCertificate(bench), '--token-auth-file', tokens);
    expect(readFileSync(kubeconfig, 'utf8')).toContain('server: https://');
    expect(await kubectl('get', 'is', '-o', 'name')).toEqual(done(cart));
    const stranger = await kubectl('get', 'is', '--token=guessed');
    expect(stranger).toMatchObject({ exit: 1, stdout: '' });
    expect(stranger.stderr).toContain('(Unauthorized)');
  });

  // kubectl keeps tokens to itself on connections that others can read.
  test.skipIf(!openssl)(
    'may do what its roles say, can ask beforehand, and is told what it may not',
    async () => {
      await start(
        ...makeCertificate(bench),
        ...['--token-auth-file', bench.file('tokens.csv', 'secret-b,bob,2\n')],
        ...['--rbac', bench.file('roles.yaml', ROLES)],
      );
      expect(await kubectl('get', 'is', '-o', 'name')).toEqual(done(cart));
      expect(await kubectl('delete', 'is', 'cart')).toEqual({
        exit: 1,
        stdout: '',
        stderr:
          'Error from server (Forbidden): imagestreams.image.openshift.io "cart" is forbidden: User "bob" cannot delete resource "imagestreams" in API group "image.openshift.io" in the namespace "shop"\n',
      });
      expect(await kubectl('auth', 'can-i', 'list', 'imagestreams')).toEqual(done('yes\n'));
      expect(await kubectl('auth', 'can-i', 'delete', 'imagestreams/cart')).toMatchObject({
        exit: 1,
        stdout: expect.stringMatching(/^no\b/) as string,
      });
      expect(await kubectl('auth', 'can-i', 'get', '/readyz')).toMatchObject({ stdout: 'yes\n' });
    },
  );

  test.skipIf(minor < 28)('can be asked who it is', async () => {
    await start();
    const answer = await kubectl('auth', 'whoami', '-o', 'jsonpath={.status.userInfo.groups}');
    expect(answer).toEqual(done('["system:masters","system:authenticated"]'));
  });

  test('comes again when the server asks it to', async () => {
    const tooMany = {
      type: 'status',
      code: 429,
      reason: 'TooManyRequests',
      retryAfterSeconds: 1,
    };
    const faults = [{ match: { verb: 'list' }, times: 1, action: tooMany }];
    await start('--faults', bench.file('faults.json', faults));
    expect(await kubectl('get', 'is', '-o', 'name')).toEqual(done(cart));
  });

  test('says what went wrong when the server fails', async () => {
    const broken = { type: 'status', code: 500, message: 'broken on purpose' };
    const faults = [{ match: { verb: 'list' }, action: broken }];
    await start('--faults', bench.file('faults.json', faults));
    expect(await kubectl('get', 'is', '-o', 'name')).toMatchObject({
      exit: 1,
      stdout: '',
      stderr: expect.stringContaining('broken on purpose') as string,
    });
  });
});
