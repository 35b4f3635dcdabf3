import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryStore } from '@imagestream/store';
import type { ImageStreamImport } from '@imagestream/image-v1';
import { createRegistries, type Registries } from '../registry/create-registries.js';
import { startBackgroundImporter, type BackgroundImporter } from './background-importer.js';

/** Timers that run when the test says so. */
class TestTimers {
  readonly waiting: { readonly callback: () => void; readonly delayMs: number }[] = [];

  readonly set = (callback: () => void, delayMs: number): (() => void) => {
    const timer = { callback, delayMs };
    this.waiting.push(timer);
    return () => {
      const index = this.waiting.indexOf(timer);
      if (index !== -1) this.waiting.splice(index, 1);
    };
  };

  /** Runs the timer that was set first, of those with this delay when one is given. */
  fire(delayMs?: number): void {
    const index = this.waiting.findIndex(
      (timer) => delayMs === undefined || timer.delayMs === delayMs,
    );
    const [timer] = index === -1 ? [] : this.waiting.splice(index, 1);
    timer?.callback();
  }
}

let registries: Registries;
let timers: TestTimers;
let posted: ImageStreamImport[];
let refuse: boolean;
let importer: BackgroundImporter;

beforeEach(async () => {
  registries = await createRegistries({
    store: createMemoryStore(),
    now: () => 0,
    random: () => 0,
    onError: (error) => {
      throw error;
    },
  });
  timers = new TestTimers();
  posted = [];
  refuse = false;
  importer = startBackgroundImporter({
    cache: registries.storage.cache,
    setTimer: timers.set,
    post(request) {
      posted.push(request);
      return refuse ? Promise.reject(new Error('refused')) : Promise.resolve();
    },
  });
});
afterEach(async () => {
  await importer.close();
  await registries.storage.cache.close();
});

async function store(tag: object): Promise<void> {
  const stream = {
    kind: 'ImageStream',
    apiVersion: 'image.openshift.io/v1',
    metadata: { name: 'app', namespace: 'web' },
    spec: {
      tags: [{ name: 'v1', from: { kind: 'DockerImage', name: 'registry.test/app:1' }, ...tag }],
    },
    status: {
      tags: [
        {
          tag: 'v1',
          items: [{ created: null, dockerImageReference: 'x', image: 'y', generation: 1 }],
        },
      ],
    },
  };
  const value = new TextEncoder().encode(JSON.stringify(stream));
  await registries.storage.change('/imagestreams/web/app', () =>
    Promise.resolve({ type: 'put', value }),
  );
}

/** Stores the stream and lets it settle. */
async function settle(tag: object): Promise<void> {
  await store(tag);
  timers.fire(SETTLE_MS);
  await importer.idle();
}

const SETTLE_MS = 4000;

describe('the background importer', () => {
  it('imports a tag whose spec is newer than its history, and nothing else', async () => {
    await settle({ generation: 1 });
    expect(posted).toEqual([]);
    await settle({ generation: 2 });
    expect(posted.map(({ spec }) => spec.images?.[0]?.to?.name)).toEqual(['v1']);
  });

  it('tries again what the server refuses, after a delay that doubles', async () => {
    // Evidence: controller-backoff
    refuse = true;
    await settle({ generation: 2 });
    expect(timers.waiting.map(({ delayMs }) => delayMs)).toEqual([1000]);
    timers.fire();
    await importer.idle();
    expect(timers.waiting.map(({ delayMs }) => delayMs)).toEqual([2000]);
    refuse = false;
    timers.fire();
    await importer.idle();
    expect(posted).toHaveLength(3);
    expect(timers.waiting).toEqual([]);
  });

  it('imports scheduled tags again and again', async () => {
    await settle({ generation: 1, importPolicy: { scheduled: true } });
    expect(posted).toEqual([]);
    for (const round of [1, 2]) {
      expect(timers.waiting.map(({ delayMs }) => delayMs)).toEqual([15 * 60 * 1000]);
      timers.fire();
      await importer.idle();
      expect(posted).toHaveLength(round);
    }
  });

  it('forgets a schedule that is taken back and a stream that is gone', async () => {
    await settle({ generation: 1, importPolicy: { scheduled: true } });
    await settle({ generation: 1 });
    expect(timers.waiting).toEqual([]);
    await settle({ generation: 1, importPolicy: { scheduled: true } });
    await registries.storage.change('/imagestreams/web/app', () =>
      Promise.resolve({ type: 'delete' }),
    );
    await importer.idle();
    expect(timers.waiting).toEqual([]);
  });

  it('waits until a stream has been left alone', async () => {
    // Evidence: deviation-controller-settles
    await store({ generation: 2 });
    await store({ generation: 3 });
    expect(timers.waiting.map(({ delayMs }) => delayMs)).toEqual([SETTLE_MS]);
    expect(posted).toEqual([]);
  });

  it('does nothing any more once it is closed', async () => {
    await importer.close();
    await settle({ generation: 2 });
    expect(posted).toEqual([]);
  });
});
