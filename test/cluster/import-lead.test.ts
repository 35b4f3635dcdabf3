import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createImageClient } from '@imagestream/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingEtcd } from '../../packages/store-etcd/src/etcd-process.test-support.js';
import { CountingRegistry } from './counting-registry.js';
import { startEtcdStage, type EtcdStage } from './etcd-stage.js';
import { waitUntilHealthy, type Replica } from './replicas.js';

const missing = missingEtcd();
if (missing !== undefined) console.log(`who imports on etcd is not tested: ${missing}`);

const MAX_LIFE_MS = 240_000;
const NAMESPACE = 'web';
/** A stream is left alone for four seconds before it is imported. */
const IMPORTED_WITHIN_MS = 15_000;
/** A lead that nobody gave up is free after the lease's ten seconds. */
const LEASE_MS = 10_000;
/** Somebody who imports a second time would have begun by then. */
const SECOND_IMPORT_MS = 5_000;

describe.skipIf(missing !== undefined)('of several servers on one etcd', () => {
  let folder: string;
  let registry: CountingRegistry;
  let stage: EtcdStage;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'imagestream-cluster-'));
    registry = await CountingRegistry.start();
    stage = await startEtcdStage({
      maxLifeMs: MAX_LIFE_MS,
      args: (name) => ['--seed', writeSecret(name)],
    });
  }, 60_000);

  afterAll(async () => {
    await stage.close();
    registry.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Secrets are each server's own, so each comes to the registry under its own name. */
  function writeSecret(name: string): string {
    const path = join(folder, `${name}.json`);
    const auth = btoa(`${name}:password`);
    const config = JSON.stringify({ auths: { [registry.host]: { auth } } });
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'pull', namespace: NAMESPACE },
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': btoa(config) },
    };
    writeFileSync(path, JSON.stringify(secret));
    return path;
  }

  const replicaNamed = (name: string): Replica => {
    const found = stage.replicas.find((replica) => replica.name === name);
    if (found === undefined) throw new Error(`there is no server ${name}`);
    return found;
  };

  const others = (name: string): Replica[] =>
    stage.replicas.filter((replica) => replica.name !== name);

  /** Makes a stream with a tag to import, through one server, and waits until its image is known. */
  async function importThrough({ url }: Replica, tag: string, withinMs: number): Promise<void> {
    const client = createImageClient({ baseUrl: url });
    try {
      const streams = client.imageStreams.in(NAMESPACE);
      await streams.create({
        metadata: { name: `of-${tag}` },
        spec: {
          tags: [
            {
              name: 'latest',
              from: { kind: 'DockerImage', name: `${registry.host}/team/app:${tag}` },
              importPolicy: { insecure: true },
            },
          ],
        },
      });
      await streams.waitFor(`of-${tag}`, (stream) => stream?.status?.tags?.[0]?.items?.[0]?.image, {
        timeoutMs: withinMs,
      });
    } finally {
      client.close();
    }
  }

  /** The one server that imported some tags, each of them once. */
  function importerOf(...tags: readonly string[]): string {
    const readers = tags.map((tag) => registry.readersOf(tag));
    const [name = ''] = readers[0] ?? [];
    expect(readers).toEqual(tags.map(() => [name]));
    return name;
  }

  // Each test goes on from where the one before left the servers.
  it('one imports what is made through any of them, once', async () => {
    await Promise.all(
      stage.replicas.map((replica, n) => importThrough(replica, `a${n}`, 2 * IMPORTED_WITHIN_MS)),
    );
    await sleep(SECOND_IMPORT_MS);
    importerOf('a0', 'a1', 'a2');
  }, 60_000);

  it('another one goes on when that one is killed', async () => {
    const dead = importerOf('a0');
    await replicaNamed(dead).stop('SIGKILL');
    const [next] = others(dead);
    await importThrough(next!, 'b', LEASE_MS + IMPORTED_WITHIN_MS);
    expect(importerOf('b')).not.toBe(dead);
    replicaNamed(dead).start();
    await waitUntilHealthy(replicaNamed(dead));
  }, 60_000);

  it('another one goes on at once when that one ends by itself', async () => {
    const ended = importerOf('b');
    await replicaNamed(ended).stop('SIGTERM');
    const [next] = others(ended);
    await importThrough(next!, 'c', IMPORTED_WITHIN_MS);
    expect(importerOf('c')).not.toBe(ended);
    replicaNamed(ended).start();
    await waitUntilHealthy(replicaNamed(ended));
  }, 60_000);

  it('one that stood still while another took over does not import as well', async () => {
    const frozen = importerOf('c');
    replicaNamed(frozen).signal('SIGSTOP');
    const [next] = others(frozen);
    await importThrough(next!, 'd', LEASE_MS + IMPORTED_WITHIN_MS);
    replicaNamed(frozen).signal('SIGCONT');
    await importThrough(next!, 'e', IMPORTED_WITHIN_MS);
    await sleep(SECOND_IMPORT_MS);
    expect(importerOf('d', 'e')).not.toBe(frozen);
  }, 60_000);
});
