import { compareKeys } from '@imagestream/store';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OrderedMap } from './ordered-map.js';

interface Item {
  readonly key: string;
  readonly value: number;
}

const keys = fc.oneof(
  fc.integer({ min: 0, max: 400 }).map((n) => `/a/${n}`),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
);
const steps = fc.array(fc.tuple(keys, fc.boolean()), { minLength: 1, maxLength: 800 });

/** Applies steps to the map and to a plain one, which is the model. */
function build(list: readonly (readonly [string, boolean])[]): {
  map: OrderedMap<Item>;
  model: Map<string, Item>;
} {
  const model = new Map<string, Item>();
  let map = new OrderedMap<Item>();
  list.forEach(([key, put], value) => {
    if (put) model.set(key, { key, value });
    else model.delete(key);
    map = put ? map.set({ key, value }) : map.delete(key);
  });
  return { map, model };
}

function sorted(model: Map<string, Item>): Item[] {
  return [...model.values()].sort((a, b) => compareKeys(a.key, b.key));
}

function valuesFrom(map: OrderedMap<Item>, start: string, limit = Infinity): Item[] {
  const found: Item[] = [];
  map.visitFrom(start, (item) => found.push(item) < limit);
  return found;
}

describe('an ordered map', () => {
  test('holds after any changes what a plain map holds, in key order', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { map, model } = build(list);
        expect(valuesFrom(map, '')).toEqual(sorted(model));
        expect(map.size).toBe(model.size);
        for (const [key] of list) expect(map.get(key)).toEqual(model.get(key));
      }),
      { numRuns: 60 },
    );
  });

  test('walks and counts from any key, existing or not', () => {
    fc.assert(
      fc.property(steps, keys, fc.integer({ min: 1, max: 50 }), (list, start, limit) => {
        const { map, model } = build(list);
        const after = sorted(model).filter(({ key }) => compareKeys(key, start) >= 0);
        expect(valuesFrom(map, start, limit)).toEqual(after.slice(0, limit));
        expect(map.rank(start)).toBe(model.size - after.length);
      }),
      { numRuns: 60 },
    );
  });

  test('leaves earlier copies as they were', () => {
    const snapshots: { map: OrderedMap<Item>; items: Item[] }[] = [];
    let map = new OrderedMap<Item>();
    const model = new Map<string, Item>();
    for (let value = 0; value < 600; value++) {
      const key = `/k/${(value * 7919) % 311}`;
      const put = value % 3 !== 0;
      map = put ? map.set({ key, value }) : map.delete(key);
      if (put) model.set(key, { key, value });
      else model.delete(key);
      snapshots.push({ map, items: sorted(model) });
    }
    for (const { map: snapshot, items } of snapshots) {
      expect(valuesFrom(snapshot, '')).toEqual(items);
    }
  });

  test('is the same built from sorted values as put together one by one', () => {
    for (const size of [0, 1, 24, 25, 700, 5000]) {
      const items = Array.from({ length: size }, (_, value) => ({
        key: `/k/${String(value).padStart(5, '0')}`,
        value,
      }));
      let map = OrderedMap.fromSorted(items);
      expect(valuesFrom(map, '')).toEqual(items);
      expect(map.rank('/z')).toBe(size);
      map = map.set({ key: '/k/', value: -1 });
      expect(map.size).toBe(size + 1);
    }
  });

  test('returns itself when the key to delete is not there', () => {
    const map = OrderedMap.fromSorted([{ key: 'a', value: 1 }]);
    expect(map.delete('b')).toBe(map);
  });

  test('shrinks to nothing and grows again', () => {
    let map = OrderedMap.fromSorted(
      Array.from({ length: 3000 }, (_, value) => ({ key: `k${value + 1000}`, value })),
    );
    for (let value = 0; value < 3000; value++) map = map.delete(`k${value + 1000}`);
    expect(map.size).toBe(0);
    expect(valuesFrom(map.set({ key: 'x', value: 1 }), '')).toEqual([{ key: 'x', value: 1 }]);
  });
});
