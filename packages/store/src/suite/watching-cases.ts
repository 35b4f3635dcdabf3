import type { ContractCase } from './contract-case.js';
import { checkEqual } from './check.js';
import { collectUntil, printBatch, put, remove, write } from './collect.js';

/** What watches promise. */
export const watchingCases: readonly ContractCase[] = [
  {
    name: 'tells a watcher everything after a revision, past and to come, with what was before',
    run: async (store) => {
      await write(store, put('/a', '1'));
      await write(store, put('/a', '2'), put('/b', '1'));
      const watching = collectUntil(store, { prefix: '/', afterRevision: 2 }, 5);
      await write(store, remove('/a'));
      await write(store, put('/a', '3'));
      checkEqual('batches', await watching, [
        ['3: /a=2 2/3 after /a=1 2/2', '3: /b=1 3/3 after nothing'],
        ['4: gone after /a=2 2/3'],
        ['5: /a=3 5/5 after nothing'],
      ]);
    },
  },
  {
    name: 'keeps the events of one revision together, in the order they were written',
    run: async (store) => {
      const keys = ['/c', '/a', '/b', '/d'];
      await write(store, ...keys.map((key) => put(key, '1')));
      await write(store, ...keys.map((key) => remove(key)));
      const batches = await collectUntil(store, { prefix: '/', afterRevision: 1 }, 3);
      checkEqual('batches', batches, [
        keys.map((key) => `2: ${key}=1 2/2 after nothing`),
        keys.map((key) => `3: gone after ${key}=1 2/2`),
      ]);
    },
  },
  {
    name: 'shows a watcher its prefix only, and how far it got',
    run: async (store) => {
      await write(store, put('/a/x', '1'), put('/b/x', '1'));
      await write(store, put('/b/x', '2'));
      await write(store, put('/b/x', '3'));
      const batches = await collectUntil(store, { prefix: '/a/', afterRevision: 1 }, 4);
      checkEqual('batches', batches, [['2: /a/x=1 2/2 after nothing']]);
    },
  },
  {
    name: 'waits in silence for a revision that does not exist yet',
    run: async (store) => {
      const watching = collectUntil(store, { prefix: '/', afterRevision: 3 }, 4);
      for (const text of ['2', '3', '4']) await write(store, put('/a', text));
      checkEqual('batches', await watching, [['4: /a=4 2/4 after /a=3 2/3']]);
    },
  },
  {
    name: 'tells every watcher the same, however late it reads',
    run: async (store) => {
      const late = store.watch({ prefix: '', afterRevision: 1 })[Symbol.asyncIterator]();
      const first = late.next();
      for (let i = 2; i <= 40; i++) await write(store, put(`/${i % 5}`, String(i)));
      const early = await collectUntil(store, { prefix: '', afterRevision: 1 }, 40);
      const seen: string[][] = [];
      for (let result = await first; seen.length < 39; result = await late.next()) {
        if (result.done === true) break;
        if (result.value.events.length > 0) seen.push(printBatch(result.value));
        if (seen.length === 39) break;
      }
      await late.return?.();
      checkEqual('batches', seen, early);
    },
  },
  {
    name: 'ends a watch without an error when its signal aborts',
    run: async (store) => {
      const abort = new AbortController();
      const watch = store.watch({ prefix: '', afterRevision: 1, signal: abort.signal });
      const next = watch[Symbol.asyncIterator]().next();
      abort.abort();
      checkEqual('next', await next, { done: true, value: undefined });
    },
  },
];
