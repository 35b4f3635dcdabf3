import type { ContractCase } from './contract-case.js';
import { checkEqual, checkFails } from './check.js';
import { collectUntil, printStored, put, readKey, readRange, remove, write } from './collect.js';

/** What transactions promise. */
export const writingCases: readonly ContractCase[] = [
  {
    name: 'writes several keys in one revision or none of them',
    run: async (store) => {
      checkEqual('revision', await write(store, put('/a', '1'), put('/b', '1')), 2);
      const refused = await store.txn({
        conditions: [
          { key: '/a', modRevision: 2 },
          { key: '/b', modRevision: 1 },
          { key: '/c', modRevision: 0 },
        ],
        operations: [put('/a', '2'), remove('/b')],
      });
      checkEqual('type', refused.type, 'refused');
      const current = refused.type === 'refused' ? refused.current.map(printStored) : [];
      checkEqual('current', current, ['/a=1 2/2', '/b=1 2/2', undefined]);
      checkEqual('unchanged', await readRange(store, { prefix: '' }), {
        revision: 2,
        more: false,
        entries: ['/a=1 2/2', '/b=1 2/2'],
      });
    },
  },
  {
    name: 'lets exactly one of many who create the same key win',
    run: async (store) => {
      const attempts = Array.from({ length: 20 }, (_, i) =>
        store.txn({
          conditions: [{ key: '/a', modRevision: 0 }],
          operations: [put('/a', String(i))],
        }),
      );
      const results = await Promise.all(attempts);
      const winners = results.filter(({ type }) => type === 'committed');
      checkEqual('winners', winners, [{ type: 'committed', revision: 2 }]);
      const winner = results.findIndex(({ type }) => type === 'committed');
      checkEqual('value', await readKey(store, '/a'), `/a=${winner} 2/2`);
    },
  },
  {
    name: 'loses no update of many who retry on refusal',
    run: async (store) => {
      await write(store, put('/n', '0'));
      const increment = async (): Promise<void> => {
        let seen = await store.get('/n');
        for (;;) {
          const next = Number(new TextDecoder().decode(seen?.value)) + 1;
          const result = await store.txn({
            conditions: [{ key: '/n', modRevision: seen?.modRevision ?? 0 }],
            operations: [put('/n', String(next))],
          });
          if (result.type === 'committed') return;
          seen = result.current[0];
        }
      };
      await Promise.all(Array.from({ length: 12 }, increment));
      checkEqual('sum', await readKey(store, '/n'), '/n=12 2/14');
    },
  },
  {
    name: 'gives concurrent transactions a revision each, in some order that all reads agree on',
    run: async (store) => {
      const revisions = await Promise.all(
        Array.from({ length: 50 }, (_, i) => write(store, put(`/${i % 7}`, String(i)))),
      );
      checkEqual(
        'revisions',
        revisions.toSorted((a, b) => a - b),
        Array.from({ length: 50 }, (_, i) => i + 2),
      );
      for (let key = 0; key < 7; key++) {
        const writes = revisions
          .map((revision, i) => ({ revision, i }))
          .filter(({ i }) => i % 7 === key)
          .sort((a, b) => a.revision - b.revision);
        const [first, last] = [writes[0], writes.at(-1)];
        checkEqual(
          `last write of /${key}`,
          await readKey(store, `/${key}`),
          `/${key}=${last?.i} ${first?.revision}/${last?.revision}`,
        );
      }
    },
  },
  {
    name: 'makes no revision for a transaction that changes nothing',
    run: async (store) => {
      checkEqual('deleting nothing', await write(store, remove('/a')), 1);
      checkEqual('no operations', await write(store), 1);
      checkEqual('mixed', await write(store, remove('/a'), put('/b', '')), 2);
      checkEqual('events', await collectUntil(store, { prefix: '', afterRevision: 1 }, 2), [
        ['2: /b= 2/2 after nothing'],
      ]);
    },
  },
  {
    name: 'refuses bad keys, repeated keys and bad conditions before it writes anything',
    run: async (store) => {
      for (const key of ['', 'a\0b', 'half \ud800 pair']) {
        await checkFails(`get ${key}`, 'InvalidArgument', () => store.get(key));
        await checkFails(`put ${key}`, 'InvalidArgument', () =>
          write(store, put('/a', ''), put(key, '')),
        );
      }
      const longest = 'ü'.repeat(768);
      await checkFails('a long key', 'TooLarge', () => write(store, put(`${longest}x`, '')));
      await checkFails('a repeated key', 'InvalidArgument', () =>
        write(store, put('/a', ''), remove('/a')),
      );
      await checkFails('a bad condition', 'InvalidArgument', () =>
        store.txn({ conditions: [{ key: '/a', modRevision: -1 }], operations: [] }),
      );
      checkEqual('revision', await store.currentRevision(), 1);
      checkEqual('the longest key', await write(store, put(longest, 'x')), 2);
      checkEqual('its value', printStored(await store.get(longest)), `${longest}=x 2/2`);
    },
  },
];
