import type { ContractCase } from './contract-case.js';
import { checkEqual, checkFails, isFailure, outcomeOf } from './check.js';
import { collectUntil, put, readKey, readRange, remove, write } from './collect.js';

const compacting: readonly ContractCase[] = [
  {
    name: 'keeps the compacted revision and all later ones, and refuses those before',
    run: async (store) => {
      await write(store, put('/a', '1'), put('/gone', '1'));
      await write(store, put('/a', '2'));
      await write(store, remove('/gone'));
      await write(store, put('/a', '3'), put('/gone', '2'));
      await store.compact(4);
      checkEqual('compacted revision', await store.compactedRevision(), 4);
      checkEqual('at 4', await readRange(store, { prefix: '', revision: 4 }), {
        revision: 4,
        more: false,
        entries: ['/a=2 2/3'],
      });
      await checkFails('get at 3', 'Compacted', () => store.get('/a', 3));
      await checkFails('range at 3', 'Compacted', () => store.range({ prefix: '', revision: 3 }));
      checkEqual('after 4', await collectUntil(store, { prefix: '', afterRevision: 4 }, 5), [
        ['5: /a=3 2/5 after /a=2 2/3', '5: /gone=2 5/5 after nothing'],
      ]);
      await checkFails('watch after 3', 'Compacted', () =>
        collectUntil(store, { prefix: '', afterRevision: 3 }, 5),
      );
    },
  },
  {
    name: 'does nothing when it is compacted at or behind the compacted revision',
    run: async (store) => {
      for (const text of ['1', '2', '3']) await write(store, put('/a', text));
      await store.compact(3);
      await store.compact(3);
      await store.compact(2);
      checkEqual('compacted revision', await store.compactedRevision(), 3);
      checkEqual('at 3', await readKey(store, '/a', 3), '/a=2 2/3');
    },
  },
  {
    name: 'goes on counting after everything was deleted and compacted away',
    run: async (store) => {
      await write(store, put('/a', '1'));
      await write(store, remove('/a'));
      await store.compact(3);
      checkEqual('revision', await store.currentRevision(), 3);
      checkEqual('range', await readRange(store, { prefix: '' }), {
        revision: 3,
        more: false,
        entries: [],
      });
      checkEqual('next write', await write(store, put('/a', '2')), 4);
      checkEqual('value', await readKey(store, '/a'), '/a=2 4/4');
    },
  },
  {
    name: 'fails a watcher that compaction has overtaken, or leaves nothing out',
    run: async (store) => {
      const watch = store.watch({ prefix: '', afterRevision: 1 })[Symbol.asyncIterator]();
      for (let i = 0; i < 5; i++) await write(store, put('/a', String(i)));
      const first = await watch.next();
      checkEqual('first batch', first.done === true ? undefined : first.value.revision, 2);
      await store.compact(5);
      // What a store has already read ahead for a watcher may still come, but from the next on.
      for (let revision = 3; revision <= 6; revision++) {
        const outcome = await outcomeOf(async () => {
          const next = await watch.next();
          return next.done === true ? undefined : next.value.revision;
        });
        if (isFailure(outcome, 'Compacted')) return;
        checkEqual('next batch', outcome, { returns: revision });
      }
      await watch.return?.();
    },
  },
  {
    name: 'may be compacted while it is written to',
    run: async (store) => {
      for (let round = 0; round < 10; round++) {
        const writes = Array.from({ length: 8 }, (_, i) =>
          write(store, round % 3 === 2 ? remove(`/${i}`) : put(`/${i}`, String(round))),
        );
        await Promise.all([...writes, store.compact(await store.currentRevision())]);
      }
      const { entries } = await store.range({ prefix: '' });
      checkEqual(
        'values',
        entries.map(({ value }) => new TextDecoder().decode(value)).join(''),
        '99999999',
      );
    },
  },
];

const closing: readonly ContractCase[] = [
  {
    name: 'refuses everything once it is closed, and ends its watches',
    run: async (store) => {
      await write(store, put('/a', ''));
      const watch = store.watch({ prefix: '', afterRevision: 2 })[Symbol.asyncIterator]();
      const next = watch.next();
      await store.close();
      checkEqual('watch', await next, { done: true, value: undefined });
      await checkFails('currentRevision', 'Closed', () => store.currentRevision());
      await checkFails('compactedRevision', 'Closed', () => store.compactedRevision());
      await checkFails('get', 'Closed', () => store.get('/a'));
      await checkFails('range', 'Closed', () => store.range({ prefix: '' }));
      await checkFails('txn', 'Closed', () => write(store, put('/a', '')));
      await checkFails('compact', 'Closed', () => store.compact(1));
      await checkFails('watch', 'Closed', () =>
        collectUntil(store, { prefix: '', afterRevision: 1 }, 2),
      );
      await store.close();
    },
  },
  {
    name: 'finishes the writes under way before it closes',
    run: async (store) => {
      const writes = Array.from({ length: 5 }, (_, i) => write(store, put(`/${i}`, '')));
      await store.close();
      const revisions = await Promise.all(writes);
      checkEqual('revisions', revisions.sort(), [2, 3, 4, 5, 6]);
    },
  },
];

/** What compacting and closing promise. */
export const historyCases: readonly ContractCase[] = [...compacting, ...closing];
