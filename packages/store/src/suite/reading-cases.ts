import type { ContractCase } from './contract-case.js';
import { checkEqual, checkFails } from './check.js';
import { printStored, put, readKey, readRange, remove, write } from './collect.js';

const reading: readonly ContractCase[] = [
  {
    name: 'that is empty stands at revision 1 and has nothing',
    run: async (store) => {
      checkEqual('current revision', await store.currentRevision(), 1);
      checkEqual('compacted revision', await store.compactedRevision(), 1);
      checkEqual('get', await readKey(store, '/a'), undefined);
      const empty = { revision: 1, more: false, entries: [] };
      checkEqual('range', await readRange(store, { prefix: '' }), empty);
      checkEqual('range at 1', await readRange(store, { prefix: '', revision: 1 }), empty);
    },
  },
  {
    name: 'returns what was written, with the revisions of creation and last change',
    run: async (store) => {
      checkEqual('first write', await write(store, put('/a', 'one')), 2);
      checkEqual('second write', await write(store, put('/a', 'two')), 3);
      checkEqual('get', await readKey(store, '/a'), '/a=two 2/3');
      await write(store, remove('/a'));
      checkEqual('deleted', await readKey(store, '/a'), undefined);
      await write(store, put('/a', 'three'));
      checkEqual('created again', await readKey(store, '/a'), '/a=three 5/5');
      checkEqual('current revision', await store.currentRevision(), 5);
    },
  },
  {
    name: 'takes values of any bytes and any length',
    run: async (store) => {
      const values = [new Uint8Array(0), Uint8Array.of(0, 255, 0, 128), new Uint8Array(300_000)];
      values[2]?.fill(7);
      for (const [i, value] of values.entries()) {
        await store.txn({ conditions: [], operations: [{ type: 'put', key: `/${i}`, value }] });
        const read = await store.get(`/${i}`);
        checkEqual(`value ${i}`, [...(read?.value ?? [])], [...value]);
      }
    },
  },
  {
    name: 'reads every revision of its history as it was',
    run: async (store) => {
      await write(store, put('/a', 'a2'), put('/b', 'b2'));
      await write(store, put('/a', 'a3'));
      await write(store, remove('/a'), put('/c', 'c4'));
      const seen = [];
      for (const revision of [1, 2, 3, 4]) {
        const { entries } = await store.range({ prefix: '/', revision });
        seen.push(entries.map(printStored).join(' '));
        checkEqual(
          `get at ${revision}`,
          await readKey(store, '/b', revision),
          revision < 2 ? undefined : '/b=b2 2/2',
        );
      }
      checkEqual('ranges', seen, [
        '',
        '/a=a2 2/2 /b=b2 2/2',
        '/a=a3 2/3 /b=b2 2/2',
        '/b=b2 2/2 /c=c4 4/4',
      ]);
    },
  },
  {
    name: 'refuses revisions that do not exist yet',
    run: async (store) => {
      await checkFails('get', 'FutureRevision', () => store.get('/a', 2));
      await checkFails('range', 'FutureRevision', () => store.range({ prefix: '', revision: 2 }));
      await checkFails('compact', 'FutureRevision', () => store.compact(2));
      await checkFails('revision 0', 'InvalidArgument', () => store.get('/a', 0));
      await checkFails('a fraction', 'InvalidArgument', () => store.get('/a', 1.5));
    },
  },
];

const ranges: readonly ContractCase[] = [
  {
    name: 'ranges in the order of the bytes of its keys',
    run: async (store) => {
      const keys = ['/a', '/a/', '/a/b', '/a0', '/ü', '/\u{ffff}', '/\u{10000}', '/\u{10ffff}'];
      await write(store, ...keys.toReversed().map((key) => put(key, '')));
      const { entries } = await store.range({ prefix: '' });
      checkEqual(
        'keys',
        entries.map(({ key }) => key),
        keys,
      );
    },
  },
  {
    name: 'ranges over a prefix only',
    run: async (store) => {
      await write(store, ...['/a/x', '/a/y', '/ab', '/b/x'].map((key) => put(key, '')));
      const keysOf = async (prefix: string): Promise<string[]> =>
        (await store.range({ prefix })).entries.map(({ key }) => key);
      checkEqual('/a/', await keysOf('/a/'), ['/a/x', '/a/y']);
      checkEqual('/a', await keysOf('/a'), ['/a/x', '/a/y', '/ab']);
      checkEqual('/a/x', await keysOf('/a/x'), ['/a/x']);
      checkEqual('/c', await keysOf('/c'), []);
    },
  },
  {
    name: 'pages through one revision while writes go on',
    run: async (store) => {
      for (const name of ['a', 'b', 'c', 'd', 'e']) await write(store, put(`/${name}`, name));
      const first = await store.range({ prefix: '/', limit: 2 });
      checkEqual('first page', [first.revision, first.more], [6, true]);
      await write(store, remove('/d'), put('/bb', 'new'));
      const names: string[] = [];
      let more = true;
      for (let startAfter = '/b'; more; startAfter = names.at(-1) ?? '') {
        const query = { prefix: '/', revision: first.revision, startAfter, limit: 2 };
        const page = await store.range(query);
        names.push(...page.entries.map(({ key }) => key));
        more = page.more;
      }
      checkEqual('the rest', names, ['/c', '/d', '/e']);
    },
  },
  {
    name: 'says whether a limit left something out',
    run: async (store) => {
      await write(store, put('/a', ''), put('/b', ''), put('/c', ''));
      await write(store, remove('/c'));
      const more = async (limit: number): Promise<boolean> =>
        (await store.range({ prefix: '/', limit })).more;
      checkEqual(
        'limits 1 to 3',
        [await more(1), await more(2), await more(3)],
        [true, false, false],
      );
      const before = await store.range({ prefix: '/b', startAfter: '/a' });
      checkEqual('start before the prefix', before.entries.length, 1);
      const beyond = await store.range({ prefix: '/a', startAfter: '/b' });
      checkEqual('start behind the prefix', beyond.entries.length, 0);
      await checkFails('limit 0', 'InvalidArgument', () => store.range({ prefix: '', limit: 0 }));
    },
  },
];

/** What reads promise. */
export const readingCases: readonly ContractCase[] = [...reading, ...ranges];
