// How long a replica takes until it serves what is in etcd, and what it and etcd have in memory then.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openEtcdStore } from '@imagestream/store-etcd';
import { readAllPages, residentBytes, startCommand, stopCommand } from '../server/command.mjs';
import { readMetrics } from '../server/etcd.mjs';
import { median } from '../server/in-turns.mjs';
import { changeStreams, fillStore } from './stored-streams.mjs';

const run = promisify(execFile);
const bareReadFile = fileURLToPath(new URL('bare-read.mjs', import.meta.url));
const rounds = 3;
/** A server reads so many revisions again when it starts: they are to be single writes, as in real life. */
const singleWrites = 1100;

/** Fills an etcd step by step and says at each size what starting a replica costs. */
export async function* measureColdStarts({ endpoints: [endpoint] }, sizes) {
  let filled = 0;
  for (const size of sizes) {
    const store = await openEtcdStore({ endpoints: [endpoint] });
    const start = performance.now();
    await fillStore(store, { from: filled, to: size });
    const perSecond = ((size - filled) * 1000) / (performance.now() - start);
    await changeStreams(store, singleWrites);
    await store.compact((await store.currentRevision()) - singleWrites);
    await store.close();
    filled = size;
    yield* await measureAt(endpoint, { size, perSecond });
  }
}

async function measureAt(endpoint, { size, perSecond }) {
  const starts = [];
  const reads = [];
  let memory;
  for (let round = 0; round < rounds; round += 1) {
    reads.push(await timeOf(() => readBare(endpoint, size)));
    const { ms, bytes } = await startReplica(endpoint, { size, isLast: round === rounds - 1 });
    starts.push(ms);
    memory = bytes;
  }
  const metrics = await readMetrics(endpoint);
  const streams = size.toLocaleString('en-US');
  return [
    `cold start with ${streams} streams: ${seconds(median(starts))}, bare read of the same pages ${seconds(median(reads))}, ` +
      `ratio ${median(reads.map((read, i) => read / starts[i])).toFixed(2)}`,
    `memory with ${streams} streams: replica ${mebibytes(memory.started)} after the start, ${mebibytes(memory.read)} after paging through all; ` +
      `etcd ${mebibytes(metrics.get('process_resident_memory_bytes'))}, its file ${mebibytes(metrics.get('etcd_mvcc_db_total_size_in_bytes'))}`,
    `filling etcd up to ${streams} streams, 100 in a transaction: ${perSecond.toFixed(0)} streams/s`,
  ];
}

async function timeOf(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function readBare(endpoint, size) {
  const { stdout } = await run(process.execPath, [bareReadFile, endpoint]);
  if (Number(stdout) !== size) throw new Error(`the bare read found ${stdout.trim()} objects`);
}

/** Starts a replica and ends it; the last time it is also read through. */
async function startReplica(endpoint, { size, isLast }) {
  const start = performance.now();
  const { command, url } = await startCommand('--etcd-endpoints', endpoint);
  const ms = performance.now() - start;
  try {
    if (!isLast) return { ms };
    const started = residentBytes(command.pid);
    const count = await readAllPages(`${url}/apis/image.openshift.io/v1/imagestreams`);
    if (count !== size) throw new Error(`the replica listed ${count} streams`);
    return { ms, bytes: { started, read: residentBytes(command.pid) } };
  } finally {
    await stopCommand(command);
  }
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(2)} s`;
}

function mebibytes(bytes) {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
