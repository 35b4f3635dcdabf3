import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandHelp, commands, findCommand } from '../src/cli/commands.js';
import type { CommandOutlets } from '../src/cli/command.js';
import { UsageError } from '../src/cli/usage-error.js';
import { readFixture } from './support/generate-from.js';

const tiny = fileURLToPath(new URL('tiny-api/tiny.v3.json', import.meta.url));
let folder: string;
let server: Server;
let base: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'codegen-cli-'));
  server = createServer((request, response) => {
    const answers: Readonly<Record<string, string>> = {
      '/': '{"paths":["/openapi/v3"]}',
      '/openapi/v3':
        '{"paths":{"apis/toys.example.com/v1":{"serverRelativeURL":"/openapi/v3/apis/toys.example.com/v1?hash=AB"},"api/v1":{"serverRelativeURL":"/openapi/v3/api/v1?hash=CD"}}}',
      '/openapi/v3/apis/toys.example.com/v1?hash=AB': readFixture('tiny-api/tiny.v3.json'),
      '/openapi/v3/api/v1?hash=CD': '{"openapi":"3.0.0","components":{"schemas":{}}}',
    };
    const allowed = request.headers.authorization === 'Bearer let-me-in';
    const body = allowed ? answers[request.url ?? ''] : undefined;
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(body ?? '{}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
});

afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true });
});

async function call(
  ...args: readonly string[]
): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const outlets: CommandOutlets = {
    print: (line) => out.push(line),
    complain: (line) => err.push(line),
    fetch: (url, headers) => fetch(url, { headers }),
  };
  const [name = '', ...rest] = args;
  const code = await findCommand(name).run(rest, outlets);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const login = ['--header', 'authorization: Bearer let-me-in'];

describe('generate', () => {
  test('writes a folder per group of definitions, and finds it current afterwards', async () => {
    const out = join(folder, 'generated');
    expect(await call('generate', '--input', tiny, '--out', out)).toEqual({
      code: 0,
      out: '12 written, 0 unchanged, 0 deleted, 0 warnings',
      err: '',
    });
    expect(readdirSync(out).sort()).toEqual(['index.ts', 'meta-v1', 'support.ts', 'toys-v1']);
    const check = await call('generate', '--input', tiny, '--out', out, '--check');
    expect(check.out).toBe('0 written, 12 unchanged, 0 deleted, 0 warnings');
    writeFileSync(join(out, 'toys-v1', 'types.ts'), '// changed\n');
    const stale = call('generate', '--input', tiny, '--out', out, '--check');
    await expect(stale).rejects.toThrow('toys-v1/types.ts: line 1 is "// changed"');
    expect(readFileSync(join(out, 'toys-v1', 'types.ts'), 'utf8')).toBe('// changed\n');
  });

  test('reads the document behind a URL as it reads a file', async () => {
    const out = join(folder, 'from-url');
    await call(
      'generate',
      '--input',
      base,
      '--group',
      'toys.example.com/v1',
      '--out',
      out,
      ...login,
    );
    const types = readFileSync(join(out, 'toys-v1', 'types.ts'), 'utf8');
    expect(types).toContain("apiVersion: 'toys.example.com/v1';");
  });

  test('says which address has no document', async () => {
    const refused = call('generate', '--input', base, '--out', join(folder, 'none'));
    await expect(refused).rejects.toThrow(`input-unreadable: ${base}`);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });

  test('refuses arguments it does not understand', async () => {
    await expect(call('generate', '--out', 'x')).rejects.toThrow(UsageError);
    await expect(call('generate', '--input', tiny)).rejects.toThrow(UsageError);
    await expect(
      call('generate', '--input', tiny, '--out', 'x', '--emit', 'poems'),
    ).rejects.toThrow(UsageError);
    await expect(call('generate', '--input', tiny, '--out', 'x', '--chekc')).rejects.toThrow(
      UsageError,
    );
    expect(() => findCommand('generat')).toThrow(UsageError);
  });
});

describe('fetch', () => {
  test('saves the documents of the groups asked for', async () => {
    const out = join(folder, 'fetched');
    const { code } = await call(
      'fetch',
      `${base}/openapi/v3`,
      '--group',
      'toys.example.com/v1',
      '--out',
      out,
      ...login,
    );
    expect(code).toBe(0);
    expect(readdirSync(out)).toEqual(['apis__toys.example.com__v1.json']);
    const { out: changes } = await call('diff', tiny, out);
    expect(changes).toBe('0 breaking, 0 additive, 0 docs; version step: none');
  });
});

describe('inspect', () => {
  test('lists groups and resources', async () => {
    const { out } = await call('inspect', '--input', tiny);
    expect(out).toContain('toys.example.com/v1\tboxes\tBox\tNamespaced\tcreate,list\t/status');
  });

  test('shows the model of one type with the place it was read from', async () => {
    const { out } = await call('inspect', '--input', tiny, 'BoxSpec');
    const model: unknown = JSON.parse(out);
    expect(model).toMatchObject({
      name: 'com.example.toys.v1.BoxSpec',
      source: { file: 'tiny.v3.json', pointer: '/components/schemas/com.example.toys.v1.BoxSpec' },
    });
    expect((await call('inspect', '--input', tiny, 'Nothing')).code).toBe(1);
  });
});

describe('diff', () => {
  async function changesAfter(
    edit: (text: string) => string,
  ): Promise<{ code: number; out: string }> {
    const changed = join(folder, 'changed.json');
    writeFileSync(changed, edit(readFixture('tiny-api/tiny.v3.json')));
    const { code, out } = await call('diff', tiny, changed);
    return { code, out: out.replaceAll(/ \(.*\)$/gm, '') };
  }

  test('a verb that is gone breaks', async () => {
    const { code, out } = await changesAfter((text) =>
      text.replace('"x-kubernetes-action": "post"', '"x-kubernetes-action": "put"'),
    );
    expect(code).toBe(1);
    expect(out).toContain('breaking verb-removed: boxes.v1.toys.example.com create is gone');
    expect(out).toContain('additive verb-added: boxes.v1.toys.example.com update is new');
  });

  test('a value that is gone, a field that must be given and another type break', async () => {
    const { out } = await changesAfter((text) =>
      text
        .replace('["Hinged", "Loose"]', '["Hinged", "Sliding"]')
        .replace('["lid", "weight"]', '["lid", "port", "weight"]')
        .replace('"format": "int32"', '"format": "int64"'),
    );
    expect(out.split('\n')).toEqual([
      'additive value-added: com.example.toys.v1.BoxSpec.lid "Sliding" is new',
      'breaking value-removed: com.example.toys.v1.BoxSpec.lid "Loose" is gone',
      'breaking field-required: com.example.toys.v1.BoxSpec.port must be given now',
      'breaking type-changed: com.example.toys.v1.BoxSpec.weight was int32 and is int64',
      '3 breaking, 1 additive, 0 docs; version step: major',
    ]);
  });

  test('another description is a patch', async () => {
    const { code, out } = await changesAfter((text) =>
      text.replace('A box of toys.', 'Toys in a box.'),
    );
    expect({ code, out }).toEqual({
      code: 0,
      out: '0 breaking, 0 additive, 1 docs; version step: patch',
    });
  });

  test('another merge key breaks', async () => {
    const { out } = await changesAfter((text) =>
      text.replace('"x-kubernetes-list-type": "map"', '"x-kubernetes-list-type": "atomic"'),
    );
    expect(out).toContain('breaking merge-changed: com.example.toys.v1.BoxSpec.toys');
  });
});

test('help names every command with its usage', () => {
  const help = commandHelp(commands);
  for (const { usage } of commands) expect(help).toContain(`imagestream-codegen ${usage}`);
});
