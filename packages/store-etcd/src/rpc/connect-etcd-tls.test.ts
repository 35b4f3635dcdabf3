import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingEtcd, startEtcd, type EtcdCluster } from '../etcd-process.test-support.js';
import { missingOpenssl, TestAuthority, type Certificate } from './certificates.test-support.js';
import { connectEtcd } from './connect-etcd.js';
import type { TlsOptions } from './endpoints.js';
import { getOne, putOne } from './etcd.test-support.js';

const missing = missingEtcd() ?? missingOpenssl();
if (missing !== undefined) console.log(`TLS to etcd is not tested: ${missing}`);

describe.skipIf(missing !== undefined)(
  'on an etcd that serves HTTPS to who shows a certificate',
  () => {
    let trusted: TestAuthority;
    let other: TestAuthority;
    let client: Certificate;
    let cluster: EtcdCluster;

    beforeAll(async () => {
      [trusted, other] = [new TestAuthority(), new TestAuthority()];
      const server = trusted.sign('server');
      client = trusted.sign('client');
      cluster = await startEtcd({
        tls: { ...server, clientCaFile: trusted.authority.certFile },
      });
    });
    afterAll(async () => {
      await cluster.close();
      for (const authority of [trusted, other]) authority.close();
    });

    /** What putting a key and reading it comes to. */
    async function attempt(tls?: TlsOptions): Promise<string | undefined> {
      const etcd = connectEtcd({ endpoints: cluster.endpoints, ...(tls && { tls }) });
      try {
        await putOne(etcd, '/tls', 'secret', { timeoutMs: 1_000 });
        return await getOne(etcd, '/tls');
      } finally {
        etcd.close();
      }
    }

    test('who shows a certificate of the authority is served', async () => {
      const { cert, key } = client;
      expect(await attempt({ ca: trusted.authority.cert, cert, key })).toBe('secret');
    });

    test('who shows none is not connected, and nothing was done', async () => {
      const call = attempt({ ca: trusted.authority.cert });
      await expect(call).rejects.toMatchObject({ code: 'Unavailable', outcome: 'none' });
    });

    test('who shows one of another authority is not connected, and nothing was done', async () => {
      const { cert, key } = other.sign('stranger');
      const call = attempt({ ca: trusted.authority.cert, cert, key });
      await expect(call).rejects.toMatchObject({ code: 'Unavailable', outcome: 'none' });
    });

    test('an etcd that another authority vouches for is not trusted, and the reason is told', async () => {
      const { cert, key } = client;
      const call = attempt({ ca: other.authority.cert, cert, key });
      await expect(call).rejects.toMatchObject({ code: 'Unavailable', outcome: 'none' });
      await expect(call).rejects.toThrow(/^etcd at https:.*, connect: .*certificate/);
    });

    test('without an authority the ones of the system are trusted, which do not know this etcd', async () => {
      await expect(attempt()).rejects.toThrow(/certificate/);
    });

    test('a key of another certificate is refused at once', async () => {
      const tls = { cert: client.cert, key: other.authority.key };
      await expect(attempt(tls)).rejects.toMatchObject({
        code: 'InvalidArgument',
        outcome: 'none',
      });
      await expect(attempt(tls)).rejects.toThrow(/^the TLS certificates for etcd cannot be used: /);
    });
  },
);
