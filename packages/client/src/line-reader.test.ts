import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineReader } from './line-reader.js';

function streamOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const rest = [...chunks];
  return new ReadableStream({
    pull(controller) {
      const chunk = rest.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });
}

async function readLines(chunks: readonly Uint8Array[]): Promise<string[]> {
  const reader = new LineReader(streamOf(chunks));
  const lines: string[] = [];
  do {
    for (let line = reader.take(); line !== undefined; line = reader.take()) lines.push(line);
  } while (await reader.read());
  return lines;
}

/** Cuts bytes at the given places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const edges = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  );
  return edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge));
}

test('lines come out whole, wherever the chunks are cut, the last one with or without its newline', async () => {
  const line = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => !/[\n\uFEFF]/.test(text));
  await fc.assert(
    fc.asyncProperty(
      fc.array(line),
      fc.array(fc.nat()),
      fc.boolean(),
      async (lines, places, isClosed) => {
        const text = lines.join('\n') + (isClosed ? '\n' : '');
        expect(await readLines(cut(new TextEncoder().encode(text), places))).toEqual(lines);
      },
    ),
  );
});

test('empty lines are skipped', async () => {
  expect(await readLines([new TextEncoder().encode('\n\na\n\n\nb\n\n')])).toEqual(['a', 'b']);
});

test('a line that never ends is an error before it fills the memory', async () => {
  const megabyte = new Uint8Array(1024 * 1024).fill(120);
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent++;
      controller.enqueue(megabyte);
    },
  });
  const reader = new LineReader(endless);
  const drain = async (): Promise<void> => {
    while (await reader.read());
  };
  await expect(drain()).rejects.toThrow(RangeError);
  expect(sent).toBeLessThan(70);
});
