import { createImageClient, type ImageClient } from '@imagestream/client';
import { createImageServer, type ImageServer } from '@imagestream/server';
import { openEtcdStore } from '@imagestream/store-etcd';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  missingEtcd,
  startEtcd,
  type EtcdCluster,
} from '../../packages/store-etcd/src/etcd-process.test-support.js';

const missing = missingEtcd();
if (missing !== undefined) console.warn(`skipped: servers that share an etcd, because ${missing}`);

const NAMESPACE = 'shop';

describe.skipIf(missing !== undefined)(
  'servers that share an etcd below different prefixes',
  () => {
    let cluster: EtcdCluster;
    const servers: ImageServer[] = [];

    beforeAll(async () => {
      cluster = await startEtcd();
    }, 60_000);
    afterAll(async () => {
      await Promise.all(servers.map((server) => server.close()));
      await cluster.close();
    });

    async function serve(prefix: string): Promise<ImageClient> {
      const { endpoints } = cluster;
      const server = await createImageServer({ store: await openEtcdStore({ endpoints, prefix }) });
      servers.push(server);
      return createImageClient({ baseUrl: 'http://test', fetch: server.fetch });
    }

    // Evidence: store-etcd-revision, replica-freshness
    test('read what is newest, and watch on from there, while the other one writes', async () => {
      const [busy, quiet] = [await serve('/busy'), await serve('/quiet')];
      const streams = quiet.imageStreams.in(NAMESPACE);
      for (let round = 0; round < 5; round += 1) {
        await busy.imageStreams.in(NAMESPACE).create({ metadata: { name: `other-${round}` } });
        const { items, resourceVersion } = await streams.list();
        expect(items.map(({ metadata }) => metadata.name)).toEqual(
          Array.from({ length: round }, (_, i) => `stream-${i}`),
        );
        const stop = new AbortController();
        const watching = streams.watch({ resourceVersion, signal: stop.signal });
        const next = watching[Symbol.asyncIterator]().next();
        await busy.imageStreams.in(NAMESPACE).delete(`other-${round}`);
        await streams.create({ metadata: { name: `stream-${round}` } });
        expect((await next).value).toMatchObject({
          type: 'ADDED',
          object: { metadata: { name: `stream-${round}` } },
        });
        stop.abort();
      }
    });
  },
);
