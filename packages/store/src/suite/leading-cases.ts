import type { ContractCase } from './contract-case.js';
import { checkEqual, checkFails, outcomeOf } from './check.js';
import { put, write } from './collect.js';

/** What leading promises one process. That two never lead at once is for stores that two can open. */
export const leadingCases: readonly ContractCase[] = [
  {
    name: 'lets the one who leads work until the signal aborts, and waits for the work to end',
    run: async (store) => {
      const stop = new AbortController();
      const begun = new AbortController();
      const leading = store.lead({
        name: 'importer',
        signal: stop.signal,
        work: async (signal) => {
          begun.abort();
          await aborted(signal);
          await write(store, put('/last', 'word'));
        },
      });
      await aborted(begun.signal);
      stop.abort();
      await leading;
      const last = await store.get('/last');
      checkEqual('last write', new TextDecoder().decode(last?.value), 'word');
    },
  },
  {
    name: 'ends a lead with the work, well or with its error',
    run: async (store) => {
      const { signal } = new AbortController();
      await store.lead({ name: 'a', signal, work: async () => undefined });
      const failed = new Error('the work failed');
      const outcome = await store
        .lead({ name: 'a', signal, work: () => Promise.reject(failed) })
        .then(
          () => undefined,
          (error: unknown) => error,
        );
      checkEqual('is the error of the work', outcome === failed, true);
    },
  },
  {
    name: 'refuses a name that is none, and to lead when it is closed',
    run: async (store) => {
      const { signal } = new AbortController();
      const lead = (name: string) => store.lead({ name, signal, work: async () => undefined });
      await checkFails('a bad name', 'InvalidArgument', () => lead('A/b'));
      await store.close();
      await checkFails('a closed store', 'Closed', () => lead('a'));
    },
  },
  {
    name: 'ends its leads when it is closed',
    run: async (store) => {
      const begun = new AbortController();
      const { signal } = new AbortController();
      const work = async (over: AbortSignal): Promise<void> => {
        begun.abort();
        await aborted(over);
      };
      const leading = outcomeOf(() => store.lead({ name: 'a', signal, work }));
      await aborted(begun.signal);
      await store.close();
      checkEqual('ends', await leading, { returns: undefined });
    },
  },
];

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
