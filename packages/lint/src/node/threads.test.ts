import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// Threads and the language server are started from the built command, as users start them.
const CLI = fileURLToPath(new URL('../../dist/node/cli.js', import.meta.url));

const stream = (name: string): string =>
  `apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: ${name}\n`;

function run(
  args: readonly string[],
  input = '',
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [CLI, ...args], {
    cwd: folder,
    encoding: 'utf8',
    input,
    timeout: 60_000,
  });
}

let folder: string;

beforeAll(() => {
  expect(existsSync(CLI), 'npm run build comes first').toBe(true);
  folder = mkdtempSync(join(tmpdir(), 'imagestream-lint-'));
  mkdirSync(join(folder, 'many'));
  for (let n = 0; n < 900; n++) {
    writeFileSync(
      join(folder, 'many', `s${String(n).padStart(3, '0')}.yaml`),
      stream(n % 3 === 0 ? `App${n}` : `app${n}`),
    );
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('many files', () => {
  test('give the same report in the same order from one thread and from two', () => {
    const one = run(['many', '--format', 'json', '--jobs', '1']);
    const two = run(['many', '--format', 'json', '--jobs', '2']);
    expect([one.status, two.status]).toEqual([1, 1]);
    expect(two.stdout).toBe(one.stdout);
    const { findings, summary } = JSON.parse(one.stdout) as {
      findings: unknown[];
      summary: { files: number };
    };
    expect([findings.length, summary.files]).toEqual([300, 900]);
  });

  test('a file that vanishes ends the run with 3, in threads as well', () => {
    const names = Array.from({ length: 500 }, (_, n) => `many/s${String(n).padStart(3, '0')}.yaml`);
    const { status, stderr } = run([...names, 'many/gone.yaml', '--jobs', '2']);
    expect(status).toBe(3);
    expect(stderr).toContain('there is no file "many/gone.yaml"');
  });
});

test('standard input is linted by the built command as well', () => {
  expect(run(['-', '--format', 'json'], stream('App')).status).toBe(1);
});

test('the language server speaks over standard input and output, and leaves with 0 after shutdown', () => {
  const message = (body: object): string => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...body });
    return `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
  };
  const input = [
    message({ id: 1, method: 'initialize', params: {} }),
    message({ method: 'initialized', params: {} }),
    message({
      method: 'textDocument/didOpen',
      params: {
        textDocument: {
          uri: 'file:///x.yaml',
          languageId: 'yaml',
          version: 1,
          text: stream('App'),
        },
      },
    }),
    message({ id: 2, method: 'shutdown' }),
    message({ method: 'exit' }),
  ].join('');
  const { status, stdout, stderr } = run(['--lsp'], input);
  expect(stderr).toBe('');
  expect(stdout).toContain('"code":"meta-name"');
  expect(status).toBe(0);
});
