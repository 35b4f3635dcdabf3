import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { ImageStream, ImageStreamList } from '@imagestream/image-v1';
import { checkDump, dumpFromText, importDump } from '@imagestream/server';
import { openLmdbStore } from '@imagestream/store-lmdb';
import { describe, expect } from 'vitest';
import {
  endingOf,
  fillStore,
  readContent,
  runDumpCommand,
  startDumpCommand,
  storedStream,
} from './dump-command.js';
import { benchTest, type Bench } from './server-process.js';
import { JSON_BODY, stream, STREAMS } from './streams.js';

/** Texts that are hard to bring back byte for byte. */
const hardTexts: Readonly<Record<string, string>> = {
  plain: storedStream('plain'),
  unicode: storedStream('unicode', { 'größe/日本': '🚢\u0000\u2028\ufeff' }),
  large: storedStream('large', { x: 'é'.repeat(700_000) }),
  spaced: `${storedStream('spaced').replaceAll(',', ', ')}\n`,
  numbers: storedStream('numbers').replace('{', '{"note":[1.0,1e3,-0,12345678901234567890],'),
};

/** A store in a new folder with these streams, closed again; returns the folder. */
async function makeStore(
  bench: Bench,
  name: string,
  texts: Readonly<Record<string, string>> = {},
): Promise<string> {
  const directory = bench.path(name);
  const store = await openLmdbStore({ directory });
  await fillStore(store, texts);
  await store.close();
  return directory;
}

async function contentOf(directory: string): ReturnType<typeof readContent> {
  const store = await openLmdbStore({ directory });
  const content = await readContent(store);
  await store.close();
  return content;
}

/** A dump of streams with these names, at revision 40. */
function dumpOf(...names: readonly string[]): string {
  return [
    '{"format":"imagestream-dump/1","revision":40}',
    ...names.map((name) => `{"key":"/imagestreams/shop/${name}","object":${storedStream(name)}}`),
    `{"objects":${names.length}}`,
    '',
  ].join('\n');
}

async function listOf(url: string): Promise<ImageStreamList> {
  return (await (await fetch(`${url}${STREAMS}`)).json()) as ImageStreamList;
}

/** What an import keeps of an object. */
function withoutVersion(stream: ImageStream): object {
  const { resourceVersion: _new, ...metadata } = stream.metadata;
  return { ...stream, metadata };
}

describe.concurrent('imagestream-server export and import', () => {
  // Evidence: server-dump-cut
  benchTest('bring every byte into another store', async ({ bench }) => {
    const from = await makeStore(bench, 'from', hardTexts);
    const file = bench.path('dump.jsonl');
    const exported = await runDumpCommand(['export', '--data-dir', from, '--out', file]);
    expect(exported).toMatchObject({
      code: 0,
      stdout: '',
      stderr: `exported 5 objects of ${from} at revision 6\n`,
    });
    const to = bench.path('to');
    const imported = await runDumpCommand(['import', '--data-dir', to, '--in', file]);
    expect(imported).toMatchObject({ code: 0, stdout: '' });
    expect(imported.stderr).toMatch(
      /^imported 5 objects of revision 6 into .*\/to, now at revision \d+\n$/,
    );
    expect(await contentOf(to)).toEqual(await contentOf(from));
  });

  benchTest('are a pipe, and give the same dump again', async ({ bench }) => {
    const from = await makeStore(bench, 'from', hardTexts);
    const first = await runDumpCommand(['export', '--data-dir', from]);
    const to = bench.path('to');
    expect(await runDumpCommand(['import', '--data-dir', to], first.stdout)).toMatchObject({
      code: 0,
    });
    const second = await runDumpCommand(['export', '--data-dir', to]);
    const withoutHeader = (dump: string): string => dump.slice(dump.indexOf('\n'));
    expect(withoutHeader(second.stdout)).toBe(withoutHeader(first.stdout));
    expect(existsSync(`${to}/store.mdb`)).toBe(true);
  });

  // Evidence: server-import-forgets
  benchTest('move a server, whose clients are told to list again', async ({ bench }) => {
    const seeds = ['a', 'b', 'c'].map((name) => bench.file(`${name}.json`, stream(name)));
    const from = bench.path('from');
    const first = bench.start('--data-dir', from, ...seeds.flatMap((seed) => ['--seed', seed]));
    const before = await listOf(await first.url());
    expect(await runDumpCommand(['export', '--data-dir', from])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('only one process may have it open') as string,
    });
    await first.end();
    const dump = await runDumpCommand(['export', '--data-dir', from, '--revisions']);
    const to = bench.path('to');
    await runDumpCommand(['import', '--data-dir', to], dump.stdout);
    const url = await bench.start('--data-dir', to).url();
    const after = await listOf(url);
    expect(after.items?.map(withoutVersion)).toEqual(before.items?.map(withoutVersion));
    const resourceVersion = before.metadata?.resourceVersion ?? '';
    expect(Number(after.metadata?.resourceVersion)).toBeGreaterThan(Number(resourceVersion));
    const watch = await fetch(`${url}${STREAMS}?watch=1&resourceVersion=${resourceVersion}`);
    expect(await watch.text()).toContain('"code":410');
    const created = await fetch(`${url}${STREAMS}`, {
      method: 'POST',
      headers: JSON_BODY,
      body: JSON.stringify(stream('d')),
    });
    expect(created.status).toBe(201);
  });

  // Evidence: server-dump-whole
  benchTest('write nothing of a dump that is cut off or wrong', async ({ bench }) => {
    const to = bench.path('to');
    const whole = dumpOf('a', 'b');
    for (const [dump, problem] of [
      [whole.slice(0, whole.indexOf('{"objects"')), 'line 3: the dump is cut off here'],
      [whole.slice(0, 150), 'line 2: the dump is cut off here'],
      [whole.replace('"objects":2', '"objects":3'), 'line 4: 3 objects are announced, 2 are there'],
      [whole.replace('ImageStream', 'ImageSteam'), 'line 2: /imagestreams/shop/a is of image'],
      [
        whole.replace('shop/a', 'shop/x'),
        'line 2: /imagestreams/shop/x holds the object "shop"/"a"',
      ],
      ['', 'empty: a dump begins with'],
    ] as const) {
      const file = bench.file('dump.jsonl', dump);
      const fromFile = await runDumpCommand(['import', '--data-dir', to, '--in', file]);
      expect(fromFile).toMatchObject({ code: 2, stdout: '' });
      expect(fromFile.stderr).toContain(`imagestream-server: ${file}: ${problem}`);
      const fromStdin = await runDumpCommand(['import', '--data-dir', to], dump);
      expect(fromStdin.code).toBe(2);
      expect(fromStdin.stderr).toContain(`imagestream-server: stdin: ${problem}`);
    }
    writeFileSync(
      bench.path('dump.jsonl'),
      Buffer.from(`${whole.slice(0, 60)}\xff${whole}`, 'latin1'),
    );
    const bytes = await runDumpCommand([
      'import',
      '--data-dir',
      to,
      '--in',
      bench.path('dump.jsonl'),
    ]);
    expect(bytes.stderr).toContain('dump.jsonl: line 2: not UTF-8');
    expect(existsSync(to)).toBe(false);
  });

  // Evidence: server-import-target
  benchTest('replace what a store holds only when they are told to', async ({ bench }) => {
    const to = await makeStore(bench, 'to', { old: storedStream('old') });
    const refused = await runDumpCommand(['import', '--data-dir', to], dumpOf('a', 'b'));
    expect(refused).toMatchObject({
      code: 1,
      stderr:
        'imagestream-server: the store holds 1 object; take an empty one, or remove what it holds with --replace\n',
    });
    const store = await openLmdbStore({ directory: to });
    expect(await store.currentRevision()).toBe(2);
    await store.close();
    const replaced = await runDumpCommand(
      ['import', '--data-dir', to, '--replace'],
      dumpOf('a', 'b'),
    );
    expect(replaced).toMatchObject({ code: 0 });
    expect(replaced.stderr).toMatch(/, 1 object removed\n$/);
    expect((await contentOf(to)).map(([key]) => key)).toEqual([
      '/imagestreams/shop/a',
      '/imagestreams/shop/b',
    ]);
  });

  // Evidence: server-import-unfinished
  benchTest(
    'leave a store that no server takes when they break off, until they run again',
    async ({ bench }) => {
      const names = Array.from({ length: 300 }, (_, i) => `s${i}`);
      const dump = await checkDump(dumpFromText(dumpOf(...names)));
      const to = await makeStore(bench, 'to');
      const store = await openLmdbStore({ directory: to });
      const broken: typeof dump = {
        ...dump,
        read: (entry) =>
          entry.line > 150 ? Promise.reject(new Error('the disk is gone')) : dump.read(entry),
      };
      await expect(importDump(store, broken)).rejects.toThrow('the disk is gone');
      await store.close();
      const problem = 'the store holds an import that did not come to its end';
      const served = await bench.start('--data-dir', to).ending();
      expect(served).toMatchObject({ code: 1, stderr: expect.stringContaining(problem) as string });
      const exported = await runDumpCommand(['export', '--data-dir', to]);
      expect(exported).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(problem) as string,
      });
      const refused = await runDumpCommand(['import', '--data-dir', to], dumpOf('a'));
      expect(refused).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(problem) as string,
      });
      const again = await runDumpCommand(
        ['import', '--data-dir', to, '--replace'],
        dumpOf(...names),
      );
      expect(again).toMatchObject({ code: 0 });
      expect(await contentOf(to)).toHaveLength(300);
      await bench.start('--data-dir', to).url();
    },
  );

  benchTest('keep a file that is there until the new one is whole', async ({ bench }) => {
    const from = await makeStore(bench, 'from', { a: storedStream('a') });
    const file = bench.file('dump.jsonl', 'what was there');
    const nowhere = bench.path('nowhere');
    const failed = await runDumpCommand(['export', '--data-dir', nowhere, '--out', file]);
    expect(failed).toMatchObject({
      code: 2,
      stderr: `imagestream-server: ${nowhere}: no store is there\n`,
    });
    expect(existsSync(nowhere)).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe('what was there');
    await runDumpCommand(['export', '--data-dir', from, '--out', file]);
    expect(readFileSync(file, 'utf8')).toBe(
      `{"format":"imagestream-dump/1","revision":2}\n{"key":"/imagestreams/shop/a","object":${storedStream('a')}}\n{"objects":1}\n`,
    );
    expect(readdirSync(bench.folder).toSorted()).toEqual(['dump.jsonl', 'from']);
  });

  benchTest('end in order when they are told to', async ({ bench }) => {
    const to = bench.path('to');
    const child = startDumpCommand(['import', '--data-dir', to]);
    const ended = endingOf(child);
    // More than a pipe holds: once it is written, the command is reading.
    await new Promise((resolve) => child.stdin?.write(' '.repeat(1024 * 1024), resolve));
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({
      code: 1,
      stderr: 'imagestream-server: ended by SIGTERM\n',
    });
    expect(existsSync(to)).toBe(false);
  });

  benchTest('bring a memory store over, and back when its server is stopped', async ({ bench }) => {
    const from = await makeStore(bench, 'from', hardTexts);
    const first = bench.path('first.jsonl');
    await runDumpCommand(['export', '--data-dir', from, '--out', first]);
    const second = bench.path('second.jsonl');
    const server = bench.start('--memory', '--import', first, '--export', second);
    const url = await server.url();
    const { items, metadata } = await listOf(url);
    expect(items).toHaveLength(5);
    expect(Number(metadata?.resourceVersion)).toBeGreaterThan(6);
    const watch = await fetch(`${url}${STREAMS}?watch=1&resourceVersion=6`);
    expect(await watch.text()).toContain('"code":410');
    expect(await server.end()).toMatchObject({ code: 0 });
    const withoutHeader = (path: string): string => readFileSync(path, 'utf8').replace(/.*/, '');
    expect(withoutHeader(second)).toBe(withoutHeader(first));
  });

  benchTest.for<[args: string[], problem: string]>([
    [['--import', 'x'], '--import and --export go with --memory'],
    [['--data-dir', 'x', '--export', 'x'], '--import and --export go with --memory'],
    [['--memory', '--import', '/nowhere/at.all'], '/nowhere/at.all: ENOENT'],
    [['--memory', '--export', '/nowhere/at.all'], '/nowhere/at.all: ENOENT'],
    [['--memory', '--import', '/dev/null'], '/dev/null: empty: a dump begins with a line'],
    [['--memory', '--export', '/dev/null'], '/dev/null: not a regular file'],
  ])('of a memory store end with 2 when they cannot be: %j', async ([args, problem], { bench }) => {
    const { code, stdout, stderr } = await bench.start(...args).ending();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`imagestream-server: ${problem}`);
  });

  benchTest('tell how they are called', async ({ bench: _bench }) => {
    for (const [name, options] of [
      ['export', ['--data-dir', '--port', '--etcd-endpoints', '--revisions', '--out']],
      ['import', ['--data-dir', '--port', '--etcd-endpoints', '--replace', '--in']],
    ] as const) {
      const { code, stdout, stderr } = await runDumpCommand([name, '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`usage: imagestream-server ${name} STORE [options]`);
      for (const option of options) expect(stdout).toContain(`  ${option} `);
    }
  });

  benchTest.for<[args: string[], problem: string]>([
    [['export'], 'which store? --data-dir D, --port N or --etcd-endpoints URL,...'],
    [['import', '--port', '0'], 'which store? --data-dir D, --port N or --etcd-endpoints URL,...'],
    [['export', '--memory'], 'a memory store ends with its server'],
    [['export', '--replace'], "Unknown option '--replace'"],
    [['import', 'dump.jsonl'], "Unexpected argument 'dump.jsonl'"],
    [['import', '--data-dir', 'x', '--in', '/nowhere/at.all'], '/nowhere/at.all: ENOENT'],
    [
      ['export', '--data-dir', 'x', '--etcd-endpoints', 'y'],
      '--data-dir, --memory and --etcd-endp',
    ],
  ])('end with 2 and a clear line when they are called wrongly: %j', async ([args, problem]) => {
    const { code, stdout, stderr } = await runDumpCommand(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const [first = '', second] = stderr.split('\n');
    expect(first).toContain(`imagestream-server: ${problem}`);
    if (second !== '')
      expect(second).toBe(`imagestream-server ${args[0]} --help lists the options`);
  });

  benchTest('find the store of a port', async ({ bench }) => {
    const home = bench.path('home');
    await makeStore(bench, 'home/imagestream-server/4711', { a: storedStream('a') });
    const { XDG_DATA_HOME: before } = process.env;
    process.env['XDG_DATA_HOME'] = home;
    const exporting = runDumpCommand(['export', '--port', '4711']);
    if (before === undefined) delete process.env['XDG_DATA_HOME'];
    else process.env['XDG_DATA_HOME'] = before;
    expect(await exporting).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/"objects":1/) as string,
    });
  });
});
