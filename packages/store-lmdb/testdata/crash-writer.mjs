// Writes to a store without pause until it is killed, and says on standard output what it is about
// to do and what was acknowledged. Lines are written synchronously: what was said before the kill
// is in the pipe.
//
//   open <revision>          the store is open and stands at this revision
//   try <id> <operations>    a transaction is about to be given to the store
//   ack <id> <revision>      it was acknowledged with this revision
//   no <id>                  it was refused
//
// Usage: node crash-writer.mjs <directory> <seed>
import { writeSync } from 'node:fs';
import { openLmdbStore } from '../dist/index.js';

const [directory, seedText] = process.argv.slice(2);
let state = Number(seedText) >>> 0;

function below(bound) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return (state >>> 8) % bound;
}

function say(line) {
  writeSync(1, `${line}\n`);
}

function randomOperations(id) {
  const keys = new Set(Array.from({ length: 1 + below(3) }, () => `/crash/k${below(40)}`));
  return [...keys].map((key, i) => {
    if (i > 0 && below(2) === 0) return { type: 'delete', key };
    const padding = below(4) === 0 ? 6000 : below(600);
    return { type: 'put', key, text: `${id} ${'x'.repeat(padding)}` };
  });
}

async function writeOn(store, worker) {
  for (let i = 0; ; i++) {
    const id = `${seedText}-${worker}-${i}`;
    const operations = randomOperations(id);
    const conditions = [];
    if (below(2) === 0) {
      const [{ key }] = operations;
      conditions.push({ key, modRevision: (await store.get(key))?.modRevision ?? 0 });
    }
    say(`try ${id} ${JSON.stringify(operations)}`);
    const result = await store.txn({
      conditions,
      operations: operations.map((operation) =>
        operation.type === 'put'
          ? { type: 'put', key: operation.key, value: Buffer.from(operation.text) }
          : operation,
      ),
    });
    say(result.type === 'committed' ? `ack ${id} ${result.revision}` : `no ${id}`);
  }
}

const store = await openLmdbStore({ directory });
const openedAt = await store.currentRevision();
say(`open ${openedAt}`);
const work = Array.from({ length: 6 }, (_, worker) => writeOn(store, worker));
// Compaction is killed as well. What the checker has not read yet must stay.
work.push(store.compact(openedAt));
await Promise.all(work);
