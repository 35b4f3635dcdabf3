import { describe, expect, test } from 'vitest';
import type { CacheCodec, CacheEntry } from './cache-entry.js';
import { createCacheEntry } from './cache-entry.js';
import { EventHistory } from './event-history.js';
import type { CacheState, HistorySize } from './event-history.js';
import { MemoWindow, ObjectChange } from './object-change.js';
import { OrderedMap } from './ordered-map.js';

const codec: CacheCodec<object, undefined> = {
  decode: () => ({}),
  encode: () => new Uint8Array(0),
  attributes: () => undefined,
};

type State = CacheState<object, undefined>;

/** A history of 200 revisions over 17 keys, and what a patient observer wrote down of it. */
function build(limits: Partial<HistorySize>): {
  history: EventHistory<object, undefined>;
  seen: Map<number, string>;
} {
  let state: State = new OrderedMap();
  const size = { maxAgeMs: Infinity, maxEvents: Infinity, maxBytes: Infinity, ...limits };
  const history = new EventHistory(size, { revision: 1, state });
  const seen = new Map([[1, '']]);
  const memos = new MemoWindow();
  for (let revision = 2; revision <= 200; revision++) {
    const key = `k${(revision * 7) % 17}`;
    const previous = state.get(key);
    const entry = revision % 3 === 0 ? undefined : entryOf(key, revision);
    state = entry === undefined ? state.delete(key) : state.set(entry);
    const change = new ObjectChange({ revision, key, entry, previous, codec, memos });
    const changes = entry === undefined && previous === undefined ? [] : [change];
    history.append({ revision, changes, seenMs: revision }, state);
    seen.set(revision, print(state));
  }
  return { history, seen };
}

function entryOf(key: string, revision: number): CacheEntry<object, undefined> {
  const value = new Uint8Array(10);
  return createCacheEntry({ key, value, revision, createRevision: revision }, codec);
}

function print(state: State): string {
  const lines: string[] = [];
  state.visitFrom('', ({ key, revision }) => lines.push(`${key}@${revision}`) > 0);
  return lines.join(' ');
}

describe('the history of a cache', () => {
  test('gives the state at every revision, in any order of asking', () => {
    const { history, seen } = build({});
    for (const step of [1, 7, 63]) {
      for (let i = 0; i < 200; i++) {
        const revision = 1 + ((i * step) % 200);
        expect(print(history.stateAt(revision))).toBe(seen.get(revision));
      }
    }
  });

  test('still does after its older part was forgotten by count, by age or on demand', () => {
    const histories = [build({ maxEvents: 45 }), build({ maxAgeMs: 50 }), build({})];
    histories[2]?.history.forgetBefore(120);
    for (const { history, seen } of histories) {
      expect(history.oldestRevision).toBeGreaterThan(100);
      for (let revision = history.oldestRevision; revision <= 200; revision++) {
        expect(print(history.stateAt(revision))).toBe(seen.get(revision));
      }
    }
  });

  test('keeps the newest state when it has forgotten everything', () => {
    const { history, seen } = build({});
    history.forgetBefore(200);
    expect(history.oldestRevision).toBe(200);
    expect(history.changesAfter(200)).toEqual([]);
    expect(print(history.stateAt(200))).toBe(seen.get(200));
    expect(print(history.stateAt(250))).toBe(seen.get(200));
  });
});
