import type {
  Condition,
  Operation,
  RangeQuery,
  Store,
  Transaction,
  TransactionResult,
} from '../store.js';
import { isStoreError } from '../store-error.js';
import { checkEqual, outcomeOf } from './check.js';
import { collectUntil, printStored, put, remove } from './collect.js';

/** What a differential run is made from. */
export interface DifferentialOptions {
  /** Same seed, same steps. */
  readonly seed: number;
  readonly steps: number;
  /** The model: a fresh memory store. */
  readonly reference: Store;
  /** The store under test, fresh as well. */
  readonly candidate: Store;
  /** Closes the candidate, or kills it, and opens it again; called now and then if given. */
  readonly reopen?: (candidate: Store) => Promise<Store>;
}

/**
 * Does the same random things to two stores and compares every answer: transactions alone and many
 * at once, reads now and in the past, ranges, watches, compaction, reopening.
 *
 * Throws a `ContractViolation` that names seed and step. Returns the candidate, which reopening may
 * have replaced; the caller closes both.
 */
export async function runDifferential(options: DifferentialOptions): Promise<Store> {
  const { seed, steps, reference, reopen } = options;
  const random = createRandom(seed);
  let { candidate } = options;
  for (let step = 0; step < steps; step++) {
    if (reopen !== undefined && random.below(40) === 0) candidate = await reopen(candidate);
    const { name, compare } = await pickAction(random, reference);
    const { expected, actual } = await compare({ reference, candidate });
    checkEqual(`seed ${seed}, step ${step}: ${name}`, actual, expected);
  }
  return candidate;
}

interface Action {
  readonly name: string;
  readonly compare: (stores: Stores) => Promise<{ expected: unknown; actual: unknown }>;
}

type Stores = Pick<DifferentialOptions, 'reference' | 'candidate'>;

/** An action that does the same to both stores. */
function action(name: string, run: (store: Store) => Promise<unknown>): Action {
  return {
    name,
    compare: async ({ reference, candidate }) => ({
      expected: await outcomeOf(() => run(reference)),
      actual: await outcomeOf(() => run(candidate)),
    }),
  };
}

async function pickAction(random: Random, reference: Store): Promise<Action> {
  const current = await reference.currentRevision();
  const kind = random.below(20);
  if (kind < 7) return transactionAction(random, reference, 1);
  if (kind < 10) return transactionAction(random, reference, 2 + random.below(6));
  if (kind < 12) return getAction(random, current);
  if (kind < 16) return rangeAction(random, current);
  if (kind < 19) return watchAction(random, reference, current);
  return compactAction(random, reference, current);
}

async function transactionAction(random: Random, reference: Store, count: number): Promise<Action> {
  const transactions: Transaction[] = [];
  for (let i = 0; i < count; i++) {
    const operations = list(random, 4, () => randomOperation(random));
    const conditions: Condition[] = [];
    for (const key of list(random, 3, () => randomKey(random))) {
      const modRevision = await modRevisionOf(reference, key);
      conditions.push({ key, modRevision: random.below(6) === 0 ? modRevision + 1 : modRevision });
    }
    transactions.push({ conditions, operations });
  }
  return {
    name: `transactions ${JSON.stringify(transactions)}`,
    compare: (stores) => compareTransactions(stores, transactions),
  };
}

/**
 * Lets the candidate run transactions all at once, and the reference one after another in the order
 * that the candidate's answers tell.
 */
async function compareTransactions(
  { reference, candidate }: Stores,
  transactions: readonly Transaction[],
): Promise<{ expected: unknown; actual: unknown }> {
  const answers = await Promise.all(
    transactions.map((transaction) => outcomeOf(() => candidate.txn(transaction))),
  );
  const expected: unknown[] = [];
  const waiting = transactions.map((transaction, i) => ({ transaction, i, answer: answers[i] }));
  while (waiting.length > 0) {
    const next = await takeNext(waiting, reference);
    expected[next.i] = await outcomeOf(() => reference.txn(next.transaction));
  }
  return {
    actual: [answers.map(printAnswer), await candidate.currentRevision()],
    expected: [expected.map(printAnswer), await reference.currentRevision()],
  };
}

interface Answered {
  readonly transaction: Transaction;
  readonly i: number;
  /** What the candidate said, as `outcomeOf` gives it. */
  readonly answer: unknown;
}

/**
 * Takes out the transaction that happened next: the one with the lowest revision, and of several at
 * one revision first the one that made it. That is the one that still has something to change.
 */
async function takeNext(waiting: Answered[], reference: Store): Promise<Answered> {
  const ranked = await Promise.all(
    waiting.map(async (answered) => ({
      answered,
      revision: resultOf(answered.answer)?.revision ?? 0,
      changes:
        resultOf(answered.answer)?.type === 'committed' &&
        (await hasEffect(answered.transaction, reference)),
    })),
  );
  ranked.sort((a, b) => a.revision - b.revision || Number(b.changes) - Number(a.changes));
  const [first] = ranked;
  if (first === undefined) throw new Error('no transaction is left');
  waiting.splice(waiting.indexOf(first.answered), 1);
  return first.answered;
}

async function hasEffect({ operations }: Transaction, store: Store): Promise<boolean> {
  for (const { type, key } of operations) {
    if (type === 'put' || (await modRevisionOf(store, key)) > 0) return true;
  }
  return false;
}

function resultOf(answer: unknown): TransactionResult | undefined {
  const { returns } = answer as { returns?: TransactionResult }; // As `outcomeOf` made it of a `txn`.
  return returns;
}

function printAnswer(answer: unknown): unknown {
  const result = resultOf(answer);
  if (result === undefined || result.type === 'committed') return answer;
  return { returns: { ...result, current: result.current.map(printStored) } };
}

/** What a condition that holds would say; 0 for keys no store takes. */
async function modRevisionOf(store: Store, key: string): Promise<number> {
  try {
    return (await store.get(key))?.modRevision ?? 0;
  } catch (error) {
    if (isStoreError(error, 'InvalidArgument')) return 0;
    throw error;
  }
}

function getAction(random: Random, current: number): Action {
  const key = randomKey(random);
  const revision = random.below(2) === 0 ? undefined : random.below(current + 2);
  return action(`get ${key} at ${revision}`, async (store) =>
    printStored(await store.get(key, revision)),
  );
}

function rangeAction(random: Random, current: number): Action {
  const query: RangeQuery = {
    prefix: random.pick(['', '/', '/a/', '/b/', '/a/k1', '/c']),
    ...(random.below(2) === 0 ? {} : { revision: random.below(current + 2) }),
    ...(random.below(2) === 0 ? {} : { startAfter: randomKey(random) }),
    ...(random.below(2) === 0 ? {} : { limit: 1 + random.below(8) }),
  };
  return action(`range ${JSON.stringify(query)}`, async (store) => {
    const { revision, entries, more } = await store.range(query);
    return { revision, more, entries: entries.map(printStored) };
  });
}

async function watchAction(random: Random, reference: Store, current: number): Promise<Action> {
  const oldest = await reference.compactedRevision();
  // Mostly from within history, sometimes from behind it.
  const afterRevision = Math.max(1, current - random.below(current - oldest + 4));
  const prefix = random.pick(['', '/a/', '/b/k', '/c']);
  return action(`watch ${prefix} after ${afterRevision} until ${current}`, (store) =>
    collectUntil(store, { prefix, afterRevision }, current),
  );
}

async function compactAction(random: Random, reference: Store, current: number): Promise<Action> {
  const oldest = await reference.compactedRevision();
  const revision = Math.max(1, oldest - 1 + random.below(current - oldest + 3));
  return action(`compact ${revision}`, async (store) => {
    await store.compact(revision);
    return store.compactedRevision();
  });
}

function randomOperation(random: Random): Operation {
  const key = randomKey(random);
  if (random.below(4) === 0) return remove(key);
  // Some values need more than a page of an embedded store.
  const length = random.below(10) === 0 ? 5000 : random.below(30);
  return put(key, random.letter().repeat(length));
}

function randomKey(random: Random): string {
  return random.below(40) === 0
    ? random.pick(['', '/ü', '/\u{10000}', '/a\0'])
    : `/${random.pick(['a', 'b'])}/k${random.below(14)}`;
}

function list<T>(random: Random, maxLength: number, make: () => T): T[] {
  return Array.from({ length: random.below(maxLength + 1) }, make);
}

interface Random {
  /** An integer from 0 to `bound` - 1. */
  below(bound: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
  letter(): string;
}

/** The mulberry32 generator: small, and the same on every machine. */
function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const below = (bound: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
  return {
    below,
    pick: (choices) => choices[below(choices.length)] ?? choices[0],
    letter: () => String.fromCharCode(97 + below(26)),
  };
}
