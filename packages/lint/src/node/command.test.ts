import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCommand } from './command.js';

const GOOD = 'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\n';
const BAD = GOOD.replace('app', 'App');
const LEGACY = GOOD.replace('image.openshift.io/v1', 'v1');

let folder: string;
const before = process.cwd();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imagestream-lint-'));
  process.chdir(folder);
});

afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** A stream that remembers what was written to it, and takes the place of a terminal or a pipe. */
function collect(): { stream: NodeJS.WriteStream; text: () => string } {
  const chunks: string[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString('utf8')));
  // Only the members of a stream that is no terminal are used.
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => chunks.join('') };
}

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(args: readonly string[], input = ''): Promise<Outcome> {
  const stdout = collect();
  const stderr = collect();
  const stdin: Readable = new PassThrough().end(input);
  const io = {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: {},
  };
  const code = await runCommand(args, io);
  await new Promise((done) => setImmediate(done));
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

async function filesOf(...args: string[]): Promise<string[]> {
  const { stdout } = await run(['--format', 'tap', ...args]);
  return [...stdout.matchAll(/^(?:not )?ok \d+ - (.*)$/gm)].map(([, file = '']) => file);
}

describe('exit codes', () => {
  test('0 when nothing is wrong, also with warnings', async () => {
    put('a.yaml', LEGACY);
    expect(await run(['a.yaml'])).toMatchObject({ code: 0, stderr: '' });
  });

  test('1 for an error, and for more warnings than allowed', async () => {
    put('a.yaml', LEGACY);
    put('b.yaml', BAD);
    expect((await run(['b.yaml'])).code).toBe(1);
    expect((await run(['a.yaml', '--max-warnings', '0'])).code).toBe(1);
    expect((await run(['a.yaml', '--max-warnings', '1'])).code).toBe(0);
  });

  test.each([
    [['--formt', 'json'], 'there is no option --formt; did you mean "--format"?'],
    [['--format', 'jsn'], 'did you mean "json"?'],
    [['--preset', 'strickt'], 'did you mean "strict"?'],
    [
      ['--rule', 'meta-nam=off', 'x.yaml'],
      'there is no rule "meta-nam"; did you mean "meta-name"?',
    ],
    [['--max-warnings', 'none'], 'must be a whole number from 0 on'],
    [['--explain', 'ref-unqualifed'], 'did you mean "ref-unqualified"?'],
    [['--fix', '--fix-dry-run', 'x.yaml'], 'choose one'],
    [['--param', 'X'], 'must be of the form NAME=value'],
  ])('2 for %j', async (args, message) => {
    put('x.yaml', GOOD);
    const { code, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  test('2 for a configuration that is wrong', async () => {
    put('x.yaml', GOOD);
    put('imagestream-lint.yaml', 'prest: strict\n');
    const { code, stderr } = await run(['x.yaml']);
    expect(code).toBe(2);
    expect(stderr).toContain('unknown key "prest"; did you mean "preset"?');
  });

  test('3 for files that are not there, and patterns that match nothing', async () => {
    expect(await run(['nope.yaml'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('there is no file "nope.yaml"') as string,
    });
    expect((await run(['nope/*.yaml'])).code).toBe(3);
    expect((await run(['--config', 'nope.json', '.'])).code).toBe(3);
  });

  test('1 for what was skipped, when nothing may be', async () => {
    put('t.yaml', 'kind: ImageStream\nmetadata:\n  name: {{ .Values.name }}\n');
    expect((await run(['t.yaml'])).code).toBe(0);
    expect((await run(['t.yaml', '--no-skip'])).code).toBe(1);
  });
});

describe('finding files', () => {
  test('folders give manifests in order, without what .gitignore leaves out', async () => {
    for (const name of [
      'b.yaml',
      'a.json',
      'c.txt',
      'out/d.yaml',
      'deep/e.yml',
      'deep/image-references',
      'node_modules/f.yaml',
    ])
      put(name, GOOD);
    put('.gitignore', 'out/\n*.json\n!keep.json\n');
    put('keep.json', '{}');
    expect(await filesOf('.')).toEqual([
      'b.yaml',
      'deep/e.yml',
      'deep/image-references',
      'keep.json',
    ]);
    expect(await filesOf('--no-gitignore', '.')).toContain('a.json');
    expect(await filesOf('out/d.yaml')).toEqual(['out/d.yaml']);
  });

  test('a .gitignore further down counts for its folder', async () => {
    put('deep/.gitignore', 'x.yaml\n');
    put('deep/x.yaml', GOOD);
    put('x.yaml', GOOD);
    expect(await filesOf('.')).toEqual(['x.yaml']);
  });

  test('patterns', async () => {
    for (const name of ['a.yaml', 'b.json', 'd/c.yaml', 'd/e/f.yaml', 'd/e/g.tmpl'])
      put(name, GOOD);
    expect(await filesOf('**/*.yaml')).toEqual(['a.yaml', 'd/c.yaml', 'd/e/f.yaml']);
    expect(await filesOf('d/*.{yaml,json}')).toEqual(['d/c.yaml']);
    expect(await filesOf('d/e/*.tmpl', '[ab].*')).toEqual(['d/e/g.tmpl', 'a.yaml', 'b.json']);
  });

  test('a file named twice is linted once', async () => {
    put('a.yaml', GOOD);
    expect(await filesOf('a.yaml', './a.yaml', '.')).toEqual(['a.yaml']);
  });
});

describe('standard input', () => {
  test('is read for -, and when nothing is named', async () => {
    expect((await run(['-'], BAD)).stdout).toContain('<stdin>:4:9 error');
    expect((await run(['--stdin-filename', 'x.yaml'], BAD)).stdout).toContain('x.yaml:4:9 error');
  });
});

describe('fixing', () => {
  test('writes the file, and keeps the rest', async () => {
    put('a.yaml', `# first\n${LEGACY}`);
    const { code, stdout } = await run(['--fix', 'a.yaml']);
    expect([code, readFileSync('a.yaml', 'utf8')]).toEqual([0, `# first\n${GOOD}`]);
    expect(stdout).toContain('1 finding mended');
  });

  test('a dry run shows the change and writes nothing', async () => {
    put('a.yaml', LEGACY);
    const { stdout } = await run(['--fix-dry-run', 'a.yaml']);
    expect(readFileSync('a.yaml', 'utf8')).toBe(LEGACY);
    expect(stdout).toContain('-apiVersion: v1\n+apiVersion: image.openshift.io/v1\n');
  });
});

describe('configuration', () => {
  test('is found above, with overrides, parameters and files to ignore', async () => {
    put(
      'imagestream-lint.yaml',
      'rules:\n  api-legacy-version: off\noverrides:\n  - files: ["old/**"]\n    rules:\n      meta-name: off\nignore: ["gone/**"]\n',
    );
    put('a.yaml', LEGACY);
    put('old/b.yaml', BAD);
    put('gone/c.yaml', BAD);
    const { code, stdout } = await run(['--format', 'json', '.']);
    expect(JSON.parse(stdout)).toMatchObject({ findings: [], summary: { files: 2 } });
    expect(code).toBe(0);
  });

  test('the command line comes before it', async () => {
    put('imagestream-lint.json', '{"preset": "server"}');
    put('a.yaml', GOOD.replace('name: app', 'name: app\n  uid: x'));
    expect((await run(['a.yaml', '--max-warnings', '0'])).code).toBe(0);
    expect((await run(['a.yaml', '--max-warnings', '0', '-p', 'strict'])).code).toBe(1);
    expect((await run(['a.yaml', '--rule', 'is-server-metadata=error'])).code).toBe(1);
  });
});

test('a baseline excuses what was there, and nothing else', async () => {
  put('a.yaml', BAD);
  expect((await run(['a.yaml', '--write-baseline', 'base.json'])).code).toBe(0);
  put('a.yaml', `# a new line\n${BAD}`);
  expect((await run(['a.yaml', '--baseline', 'base.json'])).code).toBe(0);
  put('a.yaml', `${BAD}  namespace: NO\n`);
  const { code, stdout } = await run(['a.yaml', '--baseline', 'base.json', '--format', 'json']);
  expect([code, (JSON.parse(stdout) as { findings: unknown[] }).findings.length]).toEqual([1, 1]);
});

test('the report can go to a file', async () => {
  put('a.yaml', BAD);
  const { stdout } = await run(['a.yaml', '-o', 'report.json', '-f', 'json']);
  expect(stdout).toBe('');
  expect(JSON.parse(readFileSync('report.json', 'utf8'))).toMatchObject({ summary: { errors: 1 } });
});

test('quiet leaves errors only', async () => {
  put('a.yaml', LEGACY.replace('app', 'App'));
  const { stdout } = await run(['a.yaml', '-q', '-f', 'json']);
  expect(
    (JSON.parse(stdout) as { findings: { severity: string }[] }).findings.map(
      ({ severity }) => severity,
    ),
  ).toEqual(['error']);
});

test('rules can be explained and listed, and the command says what it can', async () => {
  expect((await run(['--explain', 'ref-unqualified'])).stdout).toContain(
    'docker.io/library/nginx:1.25',
  );
  expect((await run(['--list-rules'])).stdout).toMatch(/^api-legacy-version +warning +fix +/m);
  expect((await run(['--help'])).stdout).toContain('--max-warnings');
  expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
