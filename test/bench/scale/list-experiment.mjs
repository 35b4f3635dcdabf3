// What lists and watches over several stores are consistent with, tried on real memory stores: a client lists
// page by page and watches from there while others write. The claims are checked; where one fails this throws.
import { createMemoryStore, isStoreError } from '@imagestream/store';
import { pick, seededRandom, zipfShares } from './random.mjs';
import { namespaceOfKey, ShardedStreams } from './sharded-streams.mjs';

const namespaceCount = 24;
const pageLimit = 7;
const writesBefore = 200;
const writesAfter = 60;

/** Runs many times from different seeds; says what held always, and how often the rest went wrong. */
export async function* experiment({ shards, runs }) {
  const totals = {};
  for (let seed = 1; seed <= runs; seed += 1) {
    const counts = await runOnce({ shards, random: seededRandom(seed) });
    for (const [name, count] of Object.entries(counts)) totals[name] = (totals[name] ?? 0) + count;
  }
  const { lists, objects, events, lost, repeated, refused, torn, early } = totals;
  const where = shards === 1 ? '1 store' : `${shards} stores`;
  yield (
    `${where}, ${lists} lists in pages while others write: ${objects} objects each exactly once, no half of a transaction; ` +
    `${events} events watched from each store's own revision: none lost, none twice, each namespace in its order`
  );
  yield `${where}, one number for all of them instead: from the highest revision ${lost} events are lost, from the lowest ${repeated} come again and ${refused} watches are refused as expired`;
  yield (
    `${where}, two writes one after the other in different namespaces: ${torn} of ${lists} lists show the second without the first; ` +
    `${early} watches tell of the second before the first`
  );
  const isBroken = lost + repeated + refused + torn + early > 0;
  if (isBroken !== shards > 1) {
    throw new Error(
      `${where}: one number ${isBroken ? 'does not do' : 'does'}, which was not expected`,
    );
  }
}

async function runOnce({ shards, random }) {
  // Revisions of different etcds have nothing to do with each other.
  const stores = Array.from({ length: shards }, () =>
    createMemoryStore({ minRevision: 1 + Math.floor(random() * 40) }),
  );
  const streams = new ShardedStreams(stores);
  const writer = new Writer(streams, random);
  for (let n = 0; n < writesBefore; n += 1) await writer.write();
  const listed = await listWhileWriting(streams, writer, random);
  await checkList(streams, listed);
  for (let n = 0; n < writesAfter; n += 1) await writer.write();
  const counts = await checkWatch(streams, listed);
  await Promise.all(stores.map((store) => store.close()));
  return { lists: 1, objects: listed.items.length, torn: isTorn(listed.items) ? 1 : 0, ...counts };
}

/** Writes pairs that belong together in one transaction, single objects that come and go, and chains over two namespaces. */
class Writer {
  #n = 0;
  #random;
  #namespaces;
  #streams;

  constructor(streams, random) {
    this.#streams = streams;
    this.#random = random;
    // Some namespaces are written to far more often than others.
    this.#namespaces = zipfShares(namespaceCount, 1).flatMap((share, n) =>
      new Array(Math.ceil(share * 100)).fill(`team-${n}`),
    );
  }

  async write() {
    this.#n += 1;
    const namespace = pick(this.#random, this.#namespaces);
    const choice = this.#random();
    if (choice < 0.4) await this.#put([keyOf(namespace, 'left'), keyOf(namespace, 'right')]);
    else if (choice < 0.6) await this.#put([keyOf(namespace, `single-${this.#n % 5}`)]);
    else if (choice < 0.7) await this.#delete(keyOf(namespace, `single-${this.#n % 5}`));
    else await this.#writeChain();
  }

  /** The second write begins when the first was acknowledged. */
  async #writeChain() {
    const { first, second } = chainOf(this.#streams);
    await this.#put([first]);
    await this.#put([second]);
  }

  #put(keys) {
    const value = Buffer.from(String(this.#n));
    const operations = keys.map((key) => ({ type: 'put', key, value }));
    return this.#streams.txn({ conditions: [], operations });
  }

  #delete(key) {
    return this.#streams.txn({ conditions: [], operations: [{ type: 'delete', key }] });
  }
}

function keyOf(namespace, name) {
  return `/imagestreams/${namespace}/${name}`;
}

/** Two objects in different shards, where there are several; the first is in the one that is asked first. */
function chainOf(streams) {
  const names = Array.from({ length: 20 }, (_, n) => `team-chain-${n}`);
  const sorted = names.toSorted((a, b) => streams.shardOf(a) - streams.shardOf(b));
  return { first: keyOf(sorted.at(0), 'first'), second: keyOf(sorted.at(-1), 'second') };
}

/** Others write between any two pages, and between the questions where each shard stands. */
async function listWhileWriting({ stores }, writer, random) {
  const streams = new ShardedStreams(stores, {
    betweenQuestions: async () => {
      if (random() < 0.5) await writer.write();
    },
  });
  const items = [];
  let page;
  do {
    page = await streams.list({ limit: pageLimit, token: page?.token });
    items.push(...page.items);
    for (let n = 0; n < 3; n += 1) await writer.write();
  } while (page.token !== undefined);
  return { items, revisions: page.revisions };
}

/** Each object once, in key order, just what each shard held at its revision, and both halves of every pair. */
async function checkList({ stores }, { items, revisions }) {
  const keys = items.map(({ key }) => key);
  check(new Set(keys).size === keys.length, 'a list shows an object twice');
  for (const [shard, store] of stores.entries()) {
    const { entries } = await store.range({ prefix: '', revision: revisions[shard] });
    const listed = items.filter((item) => item.shard === shard);
    check(
      JSON.stringify(listed.map(({ key, modRevision }) => [key, modRevision])) ===
        JSON.stringify(entries.map(({ key, modRevision }) => [key, modRevision])),
      'a list differs from what a shard held',
    );
  }
  const numbers = new Map(items.map(({ key, value }) => [key, String(value)]));
  for (const key of keys.filter((name) => name.endsWith('/left'))) {
    const other = numbers.get(key.replace(/left$/, 'right'));
    check(numbers.get(key) === other, 'a list shows half of a transaction');
  }
}

/** The list brought forward by events is the newest state; by one number for all shards it often is not. */
async function checkWatch(streams, { items, revisions }) {
  const right = await eventsAfter(streams, revisions);
  const seen = new Set(right.map(nameOfEvent));
  check(seen.size === right.length, 'a watch tells an event twice');
  checkOrder(right);
  const state = new Map(items.map(({ key, modRevision }) => [key, modRevision]));
  for (const { event, revision } of right) {
    if (event.type === 'put') state.set(event.current.key, revision);
    else state.delete(event.previous.key);
  }
  for (const store of streams.stores) {
    const { entries } = await store.range({ prefix: '' });
    for (const { key, modRevision } of entries) {
      check(state.get(key) === modRevision, 'list and watch do not lead to the newest state');
      state.delete(key);
    }
  }
  check(state.size === 0, 'list and watch lead to objects that are gone');
  const highest = new Set((await eventsFromOne(streams, Math.max(...revisions)))?.map(nameOfEvent));
  const lowest = await eventsFromOne(streams, Math.min(...revisions));
  return {
    events: right.length,
    lost: right.filter((event) => !highest.has(nameOfEvent(event))).length,
    repeated: lowest?.filter((event) => !seen.has(nameOfEvent(event))).length ?? 0,
    refused: lowest === undefined ? 1 : 0,
    early: isOutOfOrder(right) ? 1 : 0,
  };
}

/**
 * As a client would resume that was told one number, which every shard takes for its own. Undefined when a
 * shard has no history from there on.
 */
async function eventsFromOne(streams, revision) {
  try {
    return await eventsAfter(
      streams,
      streams.stores.map(() => revision),
    );
  } catch (error) {
    if (isStoreError(error, 'Compacted')) return undefined;
    throw error;
  }
}

/** All events after a revision of each shard, in the order in which they arrive. */
async function eventsAfter(streams, afterRevisions) {
  const newest = await streams.currentRevisions();
  const behind = new Set(newest.keys());
  const stop = new AbortController();
  const reached = (shard) => {
    behind.delete(shard);
    if (behind.size === 0) stop.abort();
  };
  newest.forEach((revision, shard) => revision <= afterRevisions[shard] && reached(shard));
  const events = [];
  await streams.watch({
    afterRevisions,
    signal: stop.signal,
    onBatch: (batch) => {
      for (const event of batch.events) events.push({ ...batch, event });
      if (batch.revision >= newest[batch.shard]) reached(batch.shard);
    },
  });
  return events;
}

function nameOfEvent({ shard, revision, event }) {
  return `${shard} ${revision} ${keyOfEvent(event)}`;
}

function keyOfEvent(event) {
  return event.type === 'put' ? event.current.key : event.previous.key;
}

function checkOrder(events) {
  const last = new Map();
  for (const { revision, event } of events) {
    const namespace = namespaceOfKey(keyOfEvent(event));
    check(revision >= (last.get(namespace) ?? 0), 'a namespace is told out of order');
    last.set(namespace, revision);
  }
}

/** Whether the second write of a chain is there and the first, which came before it, is not. */
function isTorn(items) {
  const numberOf = (name) => Number(items.find(({ key }) => key.endsWith(name))?.value ?? 0);
  return numberOf('/second') > numberOf('/first');
}

/** Whether a watch tells of the second write of a chain before the first. */
function isOutOfOrder(events) {
  const toldLater = new Set();
  for (const { event } of events.toReversed()) {
    if (event.type !== 'put') continue;
    const { key, value } = event.current;
    if (key.endsWith('/first')) toldLater.add(String(value));
    else if (key.endsWith('/second') && toldLater.has(String(value))) return true;
  }
  return false;
}

function check(holds, problem) {
  if (!holds) throw new Error(problem);
}
