// The durable store next to bare appends with fdatasync on the same disk, and the memory store.
import { createHash } from 'node:crypto';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createMemoryStore } from '@imagestream/store';
import { openLmdbStore } from '@imagestream/store-lmdb';

/** An image stream of ordinary size and content: it shrinks under compression as real ones do. */
const value = new TextEncoder().encode(
  JSON.stringify({
    kind: 'ImageStream',
    apiVersion: 'image.openshift.io/v1',
    metadata: {
      name: 'app',
      namespace: 'team',
      uid: '6f2c9f7e-5a0e-4c7a-9c1a-0a5f0c7d9b11',
      generation: 3,
    },
    spec: { lookupPolicy: { local: false } },
    status: {
      dockerImageRepository: 'image-registry.openshift-image-registry.svc:5000/team/app',
      tags: ['latest', 'v1', 'v2', 'v3'].map((tag, n) => ({
        tag,
        items: [
          {
            created: `2024-03-0${n + 1}T10:00:00Z`,
            dockerImageReference: `quay.io/team/app@sha256:${createHash('sha256').update(tag).digest('hex')}`,
            image: `sha256:${createHash('sha256').update(`${tag}-image`).digest('hex')}`,
            generation: n,
          },
        ],
      })),
    },
  }),
);
const keyCount = 10_000;
const rounds = 8;

function keyOf(n) {
  return `/imagestreams/team/app-${String(n % keyCount).padStart(5, '0')}`;
}

function put(store, n) {
  return store.txn({ conditions: [], operations: [{ type: 'put', key: keyOf(n), value }] });
}

/** Milliseconds of each call, sorted. */
async function timed(count, work) {
  const times = [];
  for (let n = 0; n < count; n += 1) {
    const start = performance.now();
    await work(n);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function sum(values) {
  return values.reduce((total, part) => total + part, 0);
}

/**
 * Writes `group` values at a time, in turns with bare appends of the same bytes to a file, so that
 * both see the same disk. Returns medians over the rounds, in values per second, and the ratio of
 * what each round measured.
 */
async function durableWrites(store, directory, { group, perRound }) {
  const file = openSync(join(directory, `appended-${group}`), 'a');
  const bytes = Buffer.concat(Array.from({ length: group }, () => value));
  const bare = [];
  const ours = [];
  const latencies = [];
  for (let round = 0; round < rounds; round += 1) {
    const appended = await timed(perRound, () => {
      writeSync(file, bytes);
      fdatasyncSync(file);
    });
    const stored = await timed(perRound, (n) =>
      Promise.all(
        Array.from({ length: group }, (_, i) => put(store, round * 1_013 + n * group + i)),
      ),
    );
    bare.push((group * perRound * 1000) / sum(appended));
    ours.push((group * perRound * 1000) / sum(stored));
    latencies.push(...stored);
  }
  closeSync(file);
  latencies.sort((a, b) => a - b);
  return {
    bare: median(bare),
    ours: median(ours),
    ratio: median(ours.map((rate, i) => rate / bare[i])),
    p50: latencies[latencies.length >> 1],
    p99: latencies[Math.floor(latencies.length * 0.99)],
  };
}

async function fill(store) {
  for (let n = 0; n < keyCount; n += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, i) => put(store, n + i)));
  }
}

async function reads(store) {
  const [whole] = await timed(1, async () => {
    for (let n = 0; n < keyCount; n += 1) await store.get(keyOf(n * 7));
  });
  const scans = await timed(5, async () => {
    const { entries } = await store.range({ prefix: '/imagestreams/' });
    if (entries.length !== keyCount) throw new Error(`the scan found ${entries.length} keys`);
  });
  return { perSecond: (keyCount * 1000) / whole, scanMs: median(scans) };
}

function row(name, value, unit) {
  return { name, value: Number(value.toPrecision(3)), unit };
}

/** Runs the bench; rows of figures, and the ratios that are promised. */
export async function run() {
  const directory = mkdtempSync(join(tmpdir(), 'imagestream-bench-'));
  const path = join(directory, 'store');
  let store = await openLmdbStore({ directory: path });
  const memory = createMemoryStore();
  try {
    await fill(store);
    await fill(memory);
    const single = await durableWrites(store, directory, { group: 1, perRound: 60 });
    const grouped = await durableWrites(store, directory, { group: 100, perRound: 15 });
    const lmdb = await reads(store);
    const inMemory = await reads(memory);
    const reopened = await timed(5, async () => {
      await store.close();
      store = await openLmdbStore({ directory: path });
      await store.get(keyOf(1));
    });
    return {
      title: `store, 10,000 keys of ${value.length} bytes`,
      rows: [
        row('bare append and fdatasync, one by one', single.bare, 'writes/s'),
        row('LMDB store, one by one', single.ours, 'writes/s'),
        row('LMDB store against bare append, one by one', single.ratio, 'times'),
        row('LMDB store, one by one, median', single.p50, 'ms'),
        row('LMDB store, one by one, 99th percentile', single.p99, 'ms'),
        row('bare append and fdatasync, 100 at a time', grouped.bare, 'writes/s'),
        row('LMDB store, 100 at a time', grouped.ours, 'writes/s'),
        row('LMDB store against bare append, 100 at a time', grouped.ratio, 'times'),
        row('LMDB store, reads', lmdb.perSecond, 'reads/s'),
        row('memory store, reads', inMemory.perSecond, 'reads/s'),
        row('LMDB store, scan of 10,000 keys', lmdb.scanMs, 'ms'),
        row('memory store, scan of 10,000 keys', inMemory.scanMs, 'ms'),
        row('LMDB store, close and open', median(reopened), 'ms'),
      ],
    };
  } finally {
    await store.close();
    rmSync(directory, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { title, rows } = await run();
  console.log(title);
  for (const { name, value, unit } of rows) console.log(`  ${name}: ${value} ${unit}`);
}
