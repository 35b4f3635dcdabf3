import { createMemoryStore, type Store, type StoredValue } from '@imagestream/store';
import { describe, expect, test } from 'vitest';
import { createImageServer } from '../create-image-server.js';
import { checkDump } from './check-dump.js';
import { dumpFromText } from './dump-source.js';
import { exportDump } from './export-dump.js';
import { importDump, type ImportOptions, type ImportReport } from './import-dump.js';
import { importMarkerKey } from './unfinished-import.js';

const encoder = new TextEncoder();
const digest = `sha256:${'a'.repeat(64)}`;

function streamText(name: string, extra = ''): string {
  return `{"kind":"ImageStream","apiVersion":"image.openshift.io/v1","metadata":{"name":"${name}","namespace":"web"${extra}}}`;
}

const imageText = `{"kind":"Image","apiVersion":"image.openshift.io/v1","metadata":{"name":"${digest}"}}`;

/** Writes a stream, or what is given, in a transaction of its own. */
async function put(store: Store, key: string, text = streamText(nameOf(key))): Promise<void> {
  const value = encoder.encode(text);
  await store.txn({ conditions: [], operations: [{ type: 'put', key, value }] });
}

function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

async function storeOf(...names: readonly string[]): Promise<Store> {
  const store = createMemoryStore();
  for (const name of names) await put(store, `/imagestreams/web/${name}`);
  return store;
}

async function exportText(store: Store, options: { revisions?: boolean } = {}): Promise<string> {
  let text = '';
  for await (const line of exportDump(store, options)) text += line;
  return text;
}

async function importText(
  store: Store,
  text: string,
  options: ImportOptions = {},
): Promise<ImportReport> {
  return importDump(store, await checkDump(dumpFromText(text)), options);
}

/** What a store holds; the bytes as a text of as many letters. */
async function contentOf(store: Store): Promise<(readonly [key: string, bytes: string])[]> {
  const { entries } = await store.range({ prefix: '' });
  return entries.map(({ key, value }) => [key, Buffer.from(value).toString('latin1')]);
}

function dumpOf(lines: readonly string[]): string {
  return [
    '{"format":"imagestream-dump/1","revision":9}',
    ...lines,
    `{"objects":${lines.length}}`,
    '',
  ].join('\n');
}

function streamLine(name: string, extra = ''): string {
  return `{"key":"/imagestreams/web/${name}"${extra},"object":${streamText(name)}}`;
}

describe('a dump', () => {
  // Evidence: server-dump-cut
  test('is a header, a line for each object in key order, and their number', async () => {
    const store = await storeOf('b', 'a');
    await put(store, `/images/${digest}`, imageText);
    expect(await exportText(store)).toBe(
      [
        '{"format":"imagestream-dump/1","revision":4}',
        `{"key":"/images/${digest}","object":${imageText}}`,
        streamLine('a'),
        streamLine('b'),
        '{"objects":3}',
        '',
      ].join('\n'),
    );
  });

  test('has the revisions of each object on request', async () => {
    const store = await storeOf('a');
    await put(store, '/imagestreams/web/a');
    const text = await exportText(store, { revisions: true });
    expect(text.split('\n')[1]).toBe(streamLine('a', ',"createRevision":2,"modRevision":3'));
  });

  test('is one cut, whatever is written while its lines are taken', async () => {
    const names = Array.from({ length: 250 }, (_, i) => `s${String(i).padStart(3, '0')}`);
    const store = await storeOf(...names);
    const before = await exportText(store);
    const lines: string[] = [];
    for await (const line of exportDump(store)) {
      lines.push(line);
      await put(store, `/imagestreams/web/s${lines.length}`, streamText('changed'));
    }
    expect(lines.join('')).toBe(before);
  });

  test.each([
    ['characters of all lengths', streamText('a', ',"labels":{"grüße":"日本 🚢 \\u0001 \\ud800"}')],
    ['a name that is special in JavaScript', streamText('a', ',"annotations":{"__proto__":"x"}')],
    ['spaces between its members', streamText('a').replaceAll(':', ': ')],
    ['numbers written otherwise', streamText('a', ',"note":1.0')],
    [
      'members named by numbers in another order',
      streamText('a', ',"annotations":{"2":"","1":""}'),
    ],
  ])('brings back %s byte for byte', async (_what, text) => {
    const source = createMemoryStore();
    await put(source, '/imagestreams/web/a', text);
    const target = createMemoryStore();
    await importText(target, await exportText(source));
    expect(await contentOf(target)).toEqual(await contentOf(source));
  });

  test('shows objects as JSON, and what JSON would change as base64', async () => {
    const store = await storeOf('a');
    await put(store, '/imagestreams/web/b', `${streamText('b')} `);
    const [, first, second] = (await exportText(store)).split('\n');
    expect(first).toContain('"object":{"kind":"ImageStream"');
    expect(second).toMatch(/^\{"key":"\/imagestreams\/web\/b","base64":"[\w+/]+=*"\}$/);
  });

  test('holds whatever a store does, bytes that are no text included', async () => {
    const store = createMemoryStore();
    const value = Uint8Array.from({ length: 20_000 }, (_, i) => i % 256);
    await store.txn({ conditions: [], operations: [{ type: 'put', key: '/x', value }] });
    const [, line = ''] = (await exportText(store)).split('\n');
    const { base64 } = JSON.parse(line) as { base64: string };
    expect(Buffer.from(base64, 'base64').equals(value)).toBe(true);
  });
});

describe('a dump that is not right', () => {
  // Evidence: server-dump-whole
  const whole = dumpOf([streamLine('a'), streamLine('b')]);

  test('is refused when it was cut off, wherever that was', async () => {
    // The last line break may be missing, as some editors leave it out.
    for (let length = 0; length < whole.length - 1; length++) {
      const checking = checkDump(dumpFromText(whole.slice(0, length)));
      await expect(checking, `${length} characters`).rejects.toThrow(/cut off|empty/);
    }
    await expect(checkDump(dumpFromText(whole.trimEnd()))).resolves.toMatchObject({ revision: 9 });
  });

  test.each<[problem: string, lines: string[]]>([
    ['line 2: not JSON: ', ['{"key":}']],
    ['line 2: no JSON object', ['[]']],
    ['line 3: /imagestreams/web/a stands in line 2 already', [streamLine('a'), streamLine('a')]],
    ['line 2: unknown member "objet"', [streamLine('a').replace('"object"', '"objet"')]],
    ['line 2: key is missing, or no text', ['{"object":{}}']],
    ['line 2: object is missing, or no JSON object', ['{"key":"/imagestreams/web/a"}']],
    ['line 2: object and base64 exclude each other', [streamLine('a', ',"base64":"YQ=="')]],
    ['line 2: base64 holds no base64 text', ['{"key":"/images/a","base64":"YQ"}']],
    ['line 2: base64 holds no JSON', ['{"key":"/images/a","base64":"YQ=="}']],
    [
      'line 2: "/routes/web/a" is no key of images and imagestreams',
      ['{"key":"/routes/web/a","object":{}}'],
    ],
    [
      'line 2: "/imagestreams/a" is no key: they read /imagestreams/namespace/name',
      ['{"key":"/imagestreams/a","object":{}}'],
    ],
    [
      'line 2: "/images/a/b" is no key: they read /images/name',
      ['{"key":"/images/a/b","object":{}}'],
    ],
    ['line 2: not a key: ""', ['{"key":"","object":{}}']],
    [
      'line 2: /images/a is of image.openshift.io/v1 Image, not of "image.openshift.io/v1" "ImageStream"',
      [streamLine('a').replace('/imagestreams/web/a', '/images/a')],
    ],
    [
      'line 2: /imagestreams/web/b holds the object "web"/"a": change key and name together',
      [streamLine('a').replace('/web/a', '/web/b')],
    ],
    [
      "line 2: /imagestreams/web/a: metadata.resourceVersion is the store's to give; leave it out",
      [`{"key":"/imagestreams/web/a","object":${streamText('a', ',"resourceVersion":"7"')}}`],
    ],
    [
      'line 2: json: cannot unmarshal string into Go struct field ',
      [streamLine('a').replace('"metadata"', '"spec":{"tags":"latest"},"metadata"')],
    ],
    [
      'line 2: modRevision is a whole number from 1 to 140737488355328, not "3"',
      [streamLine('a', ',"modRevision":"3"')],
    ],
    [
      "line 2: modRevision 10 lies behind the dump's revision 9",
      [streamLine('a', ',"modRevision":10')],
    ],
  ])('is refused: %s', async (problem, lines) => {
    await expect(checkDump(dumpFromText(dumpOf(lines)))).rejects.toThrow(problem);
  });

  test.each([
    ['line 1: no dump: ', '{"kind":"ImageStream"}\n'],
    ['line 1: not JSON: ', 'kind: ImageStream\n'],
    [
      'line 1: format "imagestream-dump/2": this version reads imagestream-dump/1',
      whole.replace('/1"', '/2"'),
    ],
    [
      'line 1: revision is a whole number from 1 to 140737488355328, not 0',
      whole.replace('9', '0'),
    ],
    [
      'line 1: revision is a whole number from 1 to 140737488355328, not 9007199254740991',
      whole.replace('9', String(Number.MAX_SAFE_INTEGER)),
    ],
    [
      'line 4: 3 objects are announced, 2 are there: lines are missing; if you changed the dump yourself, write {"objects":2}',
      whole.replace('{"objects":2}', '{"objects":3}'),
    ],
    ['line 5: nothing may follow the line with the number of objects', `${whole}${whole}`],
  ])('is refused: %s', async (problem, text) => {
    await expect(checkDump(dumpFromText(text))).rejects.toThrow(problem);
  });

  test('may have lines in any order, empty ones and those of Windows', async () => {
    const target = createMemoryStore();
    const text = dumpOf([streamLine('b'), '', streamLine('a')]).replace(
      '"objects":3',
      '"objects":2',
    );
    await importText(target, text.replaceAll('\n', '\r\n'));
    expect(await contentOf(target)).toEqual(await contentOf(await storeOf('a', 'b')));
  });
});

describe('an import', () => {
  // Evidence: server-import-target
  test('is refused by a store that holds something, which stays as it is', async () => {
    const target = await storeOf('mine');
    await expect(importText(target, dumpOf([streamLine('a')]))).rejects.toMatchObject({
      name: 'ImportError',
      code: 'NotEmpty',
      message: expect.stringContaining('the store holds 1 object;') as string,
    });
    expect(await target.currentRevision()).toBe(2);
  });

  test('replaces everything when it is told to', async () => {
    const source = await storeOf('a', 'b');
    const target = await storeOf('old');
    await put(target, '/imagestreams/web/a', streamText('a', ',"generation":7'));
    const report = await importText(target, await exportText(source), { replace: true });
    expect(report).toMatchObject({ objects: 2, removed: 1 });
    expect(await contentOf(target)).toEqual(await contentOf(source));
  });

  test('takes many objects and large ones', async () => {
    const source = createMemoryStore();
    for (let i = 0; i < 230; i++) await put(source, `/imagestreams/web/s${i}`);
    for (const name of ['l1', 'l2', 'l3']) {
      const label = `,"annotations":{"x":"${'é'.repeat(400_000)}"}`;
      await put(source, `/imagestreams/web/${name}`, streamText(name, label));
    }
    const { store: target, transactions } = recordTransactions(createMemoryStore());
    const report = await importText(target, await exportText(source));
    expect(report).toMatchObject({ objects: 233, removed: 0 });
    expect(await contentOf(target)).toEqual(await contentOf(source));
    expect(Math.max(...transactions.map(({ count }) => count))).toBeLessThanOrEqual(100);
    expect(Math.max(...transactions.map(({ bytes }) => bytes))).toBeLessThanOrEqual(1.1 * 2 ** 20);
  });

  test('of a dump without objects leaves an empty store', async () => {
    const target = await storeOf('old');
    const report = await importText(target, dumpOf([]), { replace: true });
    expect(report).toMatchObject({ objects: 0, removed: 1 });
    expect(await contentOf(target)).toEqual([]);
  });

  // Evidence: server-import-order
  test('keeps the order of the last writes when the dump has revisions', async () => {
    const source = createMemoryStore();
    const names = Array.from({ length: 150 }, (_, i) => `s${(i * 37) % 150}`);
    for (const name of names) await put(source, `/imagestreams/web/${name}`);
    const target = createMemoryStore();
    await importText(target, await exportText(source, { revisions: true }));
    const revisions = new Map(
      (await target.range({ prefix: '' })).entries.map((entry) => [
        nameOf(entry.key),
        entry.modRevision,
      ]),
    );
    const inOrder = names.map((name) => revisions.get(name) ?? 0);
    expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
    expect(new Set(inOrder).size).toBe(2);
  });

  // Evidence: server-import-forgets
  test('leaves no history that a resourceVersion of the other store could mean', async () => {
    const source = await storeOf('a', 'b', 'c');
    const dump = await checkDump(dumpFromText(await exportText(source)));
    const store = createMemoryStore({ minRevision: dump.revision });
    await importDump(store, dump);
    const server = await createImageServer({ store });
    const streams = 'http://server/apis/image.openshift.io/v1/imagestreams';
    const watch = await server.fetch(
      new Request(`${streams}?watch=1&resourceVersion=${dump.revision}`),
    );
    expect(await watch.text()).toContain('"code":410');
    const list = await server.fetch(new Request(streams));
    const { metadata, items } = (await list.json()) as {
      metadata: { resourceVersion: string };
      items: unknown[];
    };
    expect(items).toHaveLength(3);
    expect(Number(metadata.resourceVersion)).toBeGreaterThan(dump.revision);
    await server.close();
  });
});

describe('an import that is disturbed', () => {
  const text = dumpOf(Array.from({ length: 150 }, (_, i) => streamLine(`s${i}`)));

  /** Does something once, before a transaction of the import. */
  function before(store: Store, transaction: number, action: () => Promise<unknown>): Store {
    let count = 0;
    return {
      ...methodsOf(store),
      txn: async (transactionOf) => {
        count += 1;
        if (count === transaction) await action();
        return store.txn(transactionOf);
      },
    };
  }

  // Evidence: server-import-target
  test('overwrites nothing that somebody else wrote meanwhile', async () => {
    const target = createMemoryStore();
    const theirs = streamText('s120', ',"generation":7');
    const store = before(target, 3, () => put(target, '/imagestreams/web/s120', theirs));
    await expect(importText(store, text)).rejects.toMatchObject({
      code: 'Disturbed',
      message: expect.stringContaining('/imagestreams/web/s120 was written by somebody') as string,
    });
    expect((await contentOf(target)).find(([key]) => key.endsWith('/s120'))).toEqual([
      '/imagestreams/web/s120',
      theirs,
    ]);
  });

  test.each([
    ['an object that is not in the dump', '/imagestreams/web/theirs'],
    ['an object that was written already', '/imagestreams/web/s0'],
  ])('notices %s', async (_what, key) => {
    const target = createMemoryStore();
    const store = before(target, 3, () => put(target, key, streamText('other')));
    await expect(importText(store, text)).rejects.toThrow(`${key} was written by somebody else`);
  });

  test('notices an object that somebody removed', async () => {
    const target = createMemoryStore();
    const remove = { type: 'delete', key: '/imagestreams/web/s0' } as const;
    const store = before(target, 3, () => target.txn({ conditions: [], operations: [remove] }));
    await expect(importText(store, text)).rejects.toThrow('/imagestreams/web/s0 was written by');
  });

  test('gives way to another import', async () => {
    const target = createMemoryStore();
    const other = (): Promise<unknown> =>
      importText(target, dumpOf([streamLine('o')]), { replace: true });
    await expect(importText(before(target, 3, other), text)).rejects.toMatchObject({
      code: 'Disturbed',
    });
    expect((await contentOf(target)).map(([key]) => key)).toEqual(['/imagestreams/web/o']);
  });

  // Evidence: server-import-unfinished
  test('leaves a store that is not served, not exported, and mended by a second import', async () => {
    const target = createMemoryStore();
    const dies = before(target, 3, () => Promise.reject(new Error('power cut')));
    await expect(importText(dies, text)).rejects.toThrow('power cut');
    const problem = 'the store holds an import that did not come to its end';
    await expect(
      createImageServer({ store: { ...methodsOf(target), close: async () => {} } }),
    ).rejects.toThrow(problem);
    await expect(exportText(target)).rejects.toThrow(problem);
    await expect(importText(target, text)).rejects.toThrow(problem);
    await importText(target, text, { replace: true });
    expect(await contentOf(target)).toHaveLength(150);
    await (await createImageServer({ store: target })).close();
  });

  test('ends between two transactions when its signal does', async () => {
    const stop = new AbortController();
    const target = createMemoryStore();
    const store = before(target, 2, async () => stop.abort(new Error('enough')));
    await expect(importText(store, text, { signal: stop.signal })).rejects.toThrow('enough');
    expect((await contentOf(target)).map(([key]) => key)).toContain(importMarkerKey);
    expect(await contentOf(target)).toHaveLength(100);
  });
});

/** A store with the number of writes and the bytes of each transaction. */
function recordTransactions(store: Store): {
  store: Store;
  transactions: { count: number; bytes: number }[];
} {
  const transactions: { count: number; bytes: number }[] = [];
  const txn: Store['txn'] = (transaction) => {
    const { operations } = transaction;
    const sizes = operations.map((operation) =>
      operation.type === 'put' ? operation.value.length : 0,
    );
    transactions.push({ count: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) });
    return store.txn(transaction);
  };
  return { store: { ...methodsOf(store), txn }, transactions };
}

/** The methods of a store, bound, so that some can be replaced. */
function methodsOf(store: Store): Store {
  return {
    currentRevision: () => store.currentRevision(),
    compactedRevision: () => store.compactedRevision(),
    get: (key, revision): Promise<StoredValue | undefined> => store.get(key, revision),
    range: (query) => store.range(query),
    txn: (transaction) => store.txn(transaction),
    watch: (query) => store.watch(query),
    compact: (revision) => store.compact(revision),
    isShared: store.isShared,
    lead: (options) => store.lead(options),
    close: () => store.close(),
  };
}
