import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { EventBatch, Store } from '@imagestream/store';
import { expect, test } from 'vitest';
import { openLmdbStore } from './open-lmdb-store.js';

/** Kills. `CRASH_ROUNDS=300 npx vitest run packages/store-lmdb/src/crash.test.ts` for more. */
const rounds = Number(process.env['CRASH_ROUNDS'] ?? 40);
const writerScript = fileURLToPath(new URL('../testdata/crash-writer.mjs', import.meta.url));

interface Attempt {
  readonly operations: readonly { type: 'put' | 'delete'; key: string; text?: string }[];
  /** Revision of the acknowledgement; absent when the writer died before it had one. */
  acknowledged?: number;
}

/** What a writer said before it was killed. */
interface Witness {
  readonly openedAt: number | undefined;
  readonly attempts: Map<string, Attempt>;
}

/** Runs a writer and kills it, `killAfterMs` after it has opened the store or after its start. */
async function runAndKill(
  directory: string,
  options: { seed: number; killAfterMs: number; whileOpening: boolean },
): Promise<Witness> {
  const child = spawn(process.execPath, [writerScript, directory, String(options.seed)]);
  let said = '';
  let complaint = '';
  child.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
  const opened = new Promise<void>((resolve) => {
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
      if (said.includes('open ')) resolve();
    });
  });
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  if (!options.whileOpening) await Promise.race([opened, closed]);
  await Promise.race([delay(options.killAfterMs), closed]);
  child.kill('SIGKILL');
  await closed;
  expect(complaint).toBe('');
  return parseWitness(said);
}

function parseWitness(said: string): Witness {
  const attempts = new Map<string, Attempt>();
  let openedAt: number | undefined;
  // The last piece is empty, or a line that was cut off.
  for (const line of said.split('\n').slice(0, -1)) {
    const [what, id = '', ...rest] = line.split(' ');
    if (what === 'open') openedAt = Number(id);
    // The writer prints what it was given, in this shape.
    if (what === 'try') {
      attempts.set(id, { operations: JSON.parse(rest.join(' ')) as Attempt['operations'] });
    }
    if (what === 'no') attempts.delete(id);
    const attempt = attempts.get(id);
    if (what === 'ack' && attempt !== undefined) attempt.acknowledged = Number(rest[0]);
  }
  return { openedAt, attempts };
}

/** What is known for sure: the state at the last revision that was checked. */
class Model {
  revision = 1;
  readonly values = new Map<string, string>();

  /** What a transaction would show in history if it came next. */
  effectOf({ operations }: Attempt): string[] {
    return operations
      .filter(({ type, key }) => type === 'put' || this.values.has(key))
      .map(({ type, key, text = '' }) => `${type} ${key} ${text} after ${this.values.get(key)}`);
  }

  apply({ revision, events }: EventBatch): void {
    expect(revision).toBe(this.revision + 1);
    this.revision = revision;
    for (const event of events) {
      if (event.type === 'delete') this.values.delete(event.previous.key);
      else this.values.set(event.current.key, textOf(event.current));
    }
  }
}

function textOf({ value }: { value: Uint8Array }): string {
  return new TextDecoder().decode(value);
}

function describeBatch({ events }: EventBatch): string[] {
  return events.map((event) => {
    const before = event.previous === undefined ? undefined : textOf(event.previous);
    return event.type === 'put'
      ? `put ${event.current.key} ${textOf(event.current)} after ${before}`
      : `delete ${event.previous.key}  after ${before}`;
  });
}

/** Compares what the store holds with what was acknowledged; returns how many writes that were. */
async function check(store: Store, model: Model, { openedAt, attempts }: Witness): Promise<number> {
  if (openedAt !== undefined) expect(openedAt).toBe(model.revision);
  const current = await store.currentRevision();
  const byRevision = new Map<number, Attempt>();
  const unanswered = new Set<Attempt>();
  for (const attempt of attempts.values()) {
    if (attempt.acknowledged === undefined) unanswered.add(attempt);
    else byRevision.set(attempt.acknowledged, attempt);
  }
  expect(Math.max(model.revision, ...byRevision.keys())).toBeLessThanOrEqual(current);
  if (current > model.revision) {
    for await (const batch of store.watch({ prefix: '', afterRevision: model.revision })) {
      checkBatch(batch, model, byRevision.get(batch.revision), unanswered);
      if (batch.revision === current) break;
    }
  }
  const { entries } = await store.range({ prefix: '' });
  const held = Object.fromEntries(entries.map((stored) => [stored.key, textOf(stored)]));
  expect(held).toEqual(Object.fromEntries(model.values));
  return byRevision.size;
}

/** A revision is what was acknowledged with it, or one of those that had no answer yet. */
function checkBatch(
  batch: EventBatch,
  model: Model,
  acknowledged: Attempt | undefined,
  unanswered: Set<Attempt>,
): void {
  const seen = describeBatch(batch).join('\n');
  const candidates = acknowledged === undefined ? [...unanswered] : [acknowledged];
  const attempt = candidates.find((candidate) => model.effectOf(candidate).join('\n') === seen);
  expect(attempt, `revision ${batch.revision}: ${seen.slice(0, 200)}`).toBeDefined();
  if (attempt !== undefined) unanswered.delete(attempt);
  model.apply(batch);
}

test(`an LMDB store killed ${rounds} times under load loses nothing it acknowledged`, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'imagestream-crash-'));
  const model = new Model();
  let acknowledged = 0;
  for (let round = 0; round < rounds; round++) {
    const witness = await runAndKill(directory, {
      seed: round,
      // Spread evenly over the first 60 ms of writing, and every fifth time over the start.
      killAfterMs: (round * 37) % (round % 5 === 4 ? 150 : 60),
      whileOpening: round % 5 === 4,
    });
    const store = await openLmdbStore({ directory });
    acknowledged += await check(store, model, witness);
    await store.close();
  }
  expect(acknowledged).toBeGreaterThan(rounds);
  if (process.env['CRASH_ROUNDS'] !== undefined) {
    console.log(`${rounds} kills, ${acknowledged} acknowledged writes, all found`);
  }
  rmSync(directory, { recursive: true });
}, 600_000);
