import { setTimeout as pause } from 'node:timers/promises';
import {
  checkDump,
  dumpFromText,
  exportDump,
  importDump,
  type CheckedDump,
} from '@imagestream/server';
import { createMemoryStore, type Store } from '@imagestream/store';
import { openEtcdStore } from '@imagestream/store-etcd';
import { openLmdbStore } from '@imagestream/store-lmdb';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import {
  missingEtcd,
  startEtcd,
  type EtcdCluster,
} from '../../packages/store-etcd/src/etcd-process.test-support.js';
import {
  endingOf,
  fillStore,
  readContent,
  runDumpCommand,
  startDumpCommand,
  storedStream,
} from './dump-command.js';
import { benchTest } from './server-process.js';
import { listNames, STREAMS } from './streams.js';

const missing = missingEtcd();
if (missing !== undefined) console.warn(`skipped: dumps of stores in etcd, because ${missing}`);

async function dumpOf(store: Store): Promise<CheckedDump> {
  let text = '';
  for await (const line of exportDump(store)) text += line;
  return checkDump(dumpFromText(text));
}

/** A dump of streams with these texts. */
async function dumpWith(texts: Readonly<Record<string, string>>): Promise<CheckedDump> {
  const store = createMemoryStore();
  await fillStore(store, texts);
  return dumpOf(store);
}

function manyStreams(count: number): Record<string, string> {
  const names = Array.from({ length: count }, (_, i) => `s${i}`);
  return Object.fromEntries(names.map((name) => [name, storedStream(name)]));
}

describe.skipIf(missing !== undefined)('a dump moves a store', () => {
  let cluster: EtcdCluster;
  let endpoints: readonly string[] = [];
  beforeAll(async () => {
    cluster = await startEtcd();
    endpoints = cluster.endpoints;
  }, 60_000);
  afterAll(async () => {
    await cluster.close();
  });

  // Evidence: server-dump-cut
  benchTest('from LMDB to etcd and back, byte for byte', async ({ bench }) => {
    const texts = {
      ...manyStreams(250),
      unicode: storedStream('unicode', { 'größe/日本': '🚢\u0000\u2028\ufeff' }),
      large: storedStream('large', { x: 'é'.repeat(700_000) }),
      large2: storedStream('large2', { x: 'é'.repeat(400_000) }),
      spaced: `${storedStream('spaced').replaceAll(',', ', ')}\n`,
    };
    const from = bench.path('from');
    const first = await openLmdbStore({ directory: from });
    await fillStore(first, texts);
    const content = await readContent(first);
    await first.close();

    const inEtcd = ['--etcd-endpoints', endpoints.join(','), '--etcd-prefix', '/there-and-back'];
    const out = await runDumpCommand(['export', '--data-dir', from, '--revisions']);
    const there = await runDumpCommand(['import', ...inEtcd], out.stdout);
    expect(there).toMatchObject({ code: 0, stdout: '' });
    // An etcd of its own has seen fewer transactions than the store it takes the place of.
    expect(there.stderr).toMatch(
      /^counting etcd on by 2\d\d revisions, so that old resourceVersions stay old\n/,
    );
    const store = await openEtcdStore({ endpoints, prefix: '/there-and-back' });
    await expect(store.get('/imagestreams/shop/large', 255)).rejects.toMatchObject({
      code: 'Compacted',
    });
    await store.close();
    const back = await runDumpCommand(['export', ...inEtcd]);
    expect(back).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^exported 254 objects of .* at revision \d+\n$/) as string,
    });
    const to = bench.path('to');
    expect(await runDumpCommand(['import', '--data-dir', to], back.stdout)).toMatchObject({
      code: 0,
    });
    const last = await openLmdbStore({ directory: to });
    expect(await readContent(last)).toEqual(content);
    await last.close();
  });

  benchTest('to where a server in etcd serves it', async ({ bench }) => {
    const inEtcd = ['--etcd-endpoints', endpoints.join(','), '--etcd-prefix', '/served'];
    const dump = bench.file(
      'dump.jsonl',
      `{"format":"imagestream-dump/1","revision":2}\n{"key":"/imagestreams/shop/a","object":${storedStream('a')}}\n{"objects":1}\n`,
    );
    expect(await runDumpCommand(['import', ...inEtcd, '--in', dump])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('below /served, now at revision') as string,
    });
    const server = bench.start(...inEtcd);
    expect(await listNames(`${await server.url()}${STREAMS}`)).toEqual(['a']);
    await server.end();
  });

  // Evidence: server-import-forgets
  benchTest(
    'to an etcd that is too far behind to be counted on, and says so',
    async ({ bench }) => {
      const inEtcd = ['--etcd-endpoints', endpoints.join(','), '--etcd-prefix', '/far-behind'];
      const dump = bench.file(
        'dump.jsonl',
        `{"format":"imagestream-dump/1","revision":9000000}\n{"key":"/imagestreams/shop/a","object":${storedStream('a')}}\n{"objects":1}\n`,
      );
      const imported = await runDumpCommand(['import', ...inEtcd, '--in', dump]);
      expect(imported).toMatchObject({
        code: 0,
        stderr: expect.stringContaining(
          'warning: this store counts behind the one of the dump (9000000)',
        ) as string,
      });
      expect(imported.stderr).not.toContain('counting');
    },
  );

  // Evidence: server-import-target
  benchTest('and notices what another process writes into etcd meanwhile', async () => {
    const prefix = '/disturbed';
    const store = await openEtcdStore({ endpoints, prefix });
    const other = await openEtcdStore({ endpoints, prefix });
    const dump = await dumpWith(manyStreams(300));
    const theirs = storedStream('s299', { by: 'somebody else' });
    const disturbed: CheckedDump = {
      ...dump,
      read: async (entry) => {
        if (entry.line === 150) await fillStore(other, { s299: theirs });
        return dump.read(entry);
      },
    };
    await expect(importDump(store, disturbed)).rejects.toMatchObject({ code: 'Disturbed' });
    const kept = await other.get('/imagestreams/shop/s299');
    expect(Buffer.from(kept?.value ?? []).toString()).toBe(theirs);
    await importDump(store, dump, { replace: true });
    expect(await readContent(other)).toHaveLength(300);
    await Promise.all([store.close(), other.close()]);
  });

  // Evidence: server-import-forgets
  benchTest('into an etcd that has counted further, where old revisions are gone', async () => {
    const dump = await dumpWith({ a: storedStream('a') });
    const store = await openEtcdStore({ endpoints, prefix: '/further' });
    await fillStore(store, manyStreams(5));
    const { revision } = await importDump(store, dump, { replace: true });
    expect(revision).toBeGreaterThan(dump.revision);
    await expect(store.get('/imagestreams/shop/a', dump.revision)).rejects.toMatchObject({
      code: 'Compacted',
    });
    await store.close();
  });

  // Evidence: server-import-unfinished
  benchTest(
    'unless it is killed: then no server takes it until it has run again',
    async ({ bench }) => {
      const prefix = '/killed';
      const inEtcd = ['--etcd-endpoints', endpoints.join(','), '--etcd-prefix', prefix];
      const lines = Object.entries(manyStreams(20_000)).map(
        ([name, text]) => `{"key":"/imagestreams/shop/${name}","object":${text}}\n`,
      );
      const dump = `{"format":"imagestream-dump/1","revision":2}\n${lines.join('')}{"objects":20000}\n`;
      const child = startDumpCommand(['import', ...inEtcd]);
      const ended = endingOf(child);
      child.stdin?.end(dump);
      const store = await openEtcdStore({ endpoints, prefix });
      while ((await store.get('/unfinished-import')) === undefined) await pause(1);
      child.kill('SIGKILL');
      expect(await ended).toMatchObject({ signal: 'SIGKILL' });
      const served = await bench.start(...inEtcd).ending();
      expect(served).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('an import that did not come to its end') as string,
      });
      const again = await runDumpCommand(['import', ...inEtcd, '--replace'], dump);
      expect(again).toMatchObject({ code: 0 });
      expect(await readContent(store)).toHaveLength(20_000);
      await store.close();
      const server = bench.start(...inEtcd);
      await server.url();
      await server.end();
    },
  );

  benchTest('unless etcd does not take an object, which is named', async () => {
    const store = await openEtcdStore({ endpoints, prefix: '/large' });
    const large = storedStream('large', { x: 'x'.repeat(2_000_000) });
    const dump = await dumpWith({ small: storedStream('small'), large });
    await expect(importDump(store, dump)).rejects.toThrow(
      /^the store does not take \/imagestreams\/shop\/large \(2\d+ bytes\): /,
    );
    await store.close();
  });
});
