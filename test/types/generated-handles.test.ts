import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadInputs, DiagnosticBag, generate } from '@imagestream/codegen';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tiny = join(root, 'codegen/test/tiny-api/tiny.v3.json');

const use = `
import { createClient } from '@imagestream/client';
import { bindToysV1Handles } from './toys-v1/handles.js';

const client = createClient({ baseUrl: 'http://127.0.0.1:1' });
const toys = bindToysV1Handles((descriptor) => client.resource(descriptor));

export async function lids(): Promise<string[]> {
  const boxes = toys.boxes.in('nursery');
  const made = await boxes.create({ metadata: { name: 'red' }, spec: { lid: 'Hinged' } });
  const status = await boxes.status.get('red');
  // @ts-expect-error the API cannot delete a box
  await boxes.delete('red');
  const lids: string[] = [made.spec.lid, status.kind];
  for await (const box of toys.boxes.all.list()) lids.push(box.spec.lid);
  return lids;
}
`;

test('handles generated for any API compile against the client, with its verbs and no others', async () => {
  const folder = join(root, 'test/types/.generated-handles');
  try {
    const bag = new DiagnosticBag();
    const { files } = await generate(loadInputs([tiny], bag), {
      products: ['types', 'create', 'resources', 'guards', 'index', 'handles'],
    });
    for (const { path, text } of files) write(join(folder, path), text);
    write(join(folder, 'use.ts'), use);
    const compilerOptions = {
      noEmit: true,
      rootDir: '.',
      lib: ['ES2023', 'DOM', 'DOM.AsyncIterable'],
    };
    const project = {
      extends: '../../../tsconfig.base.json',
      compilerOptions,
      include: ['**/*.ts'],
    };
    write(join(folder, 'tsconfig.json'), JSON.stringify(project));
    const args = ['node_modules/typescript/bin/tsc', '-p', join(folder, 'tsconfig.json')];
    const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    expect(stdout).toBe('');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function write(path: string, text: string): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}
