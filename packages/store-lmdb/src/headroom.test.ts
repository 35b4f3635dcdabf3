import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createHeadroom } from './headroom.js';

const directories: string[] = [];

function newFile(content: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'imagestream-headroom-'));
  directories.push(directory);
  const file = join(directory, 'file');
  writeFileSync(file, content);
  return file;
}

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

describe('headroom', () => {
  test('is added in zeros behind what is there, when little is left and only then', () => {
    const file = newFile('content');
    const headroom = createHeadroom(file);
    headroom.ensure(7);
    const grown = readFileSync(file);
    expect(grown.subarray(0, 7).toString()).toBe('content');
    expect(grown.subarray(7).every((byte) => byte === 0)).toBe(true);
    headroom.ensure(1_000_000);
    expect(readFileSync(file)).toHaveLength(grown.length);
    headroom.ensure(grown.length);
    expect(readFileSync(file)).toHaveLength(2 * grown.length - 7);
    headroom.close();
  });

  test('never lands on what others appended meanwhile', () => {
    const file = newFile('');
    const headroom = createHeadroom(file);
    headroom.ensure(0);
    const others = Buffer.alloc(3_000_000, 'x');
    writeFileSync(file, others, { flag: 'a' });
    headroom.ensure(readFileSync(file).length);
    const content = readFileSync(file);
    expect(content.includes(others)).toBe(true);
    headroom.close();
  });
});
