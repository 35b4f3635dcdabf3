import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryStore } from '@imagestream/store';
import type { Store } from '@imagestream/store';
import { runDifferential, storeContract } from '@imagestream/store/suite';
import { afterEach, describe, test } from 'vitest';
import { openLmdbStore } from './open-lmdb-store.js';

const directories: string[] = [];

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'imagestream-store-'));
  directories.push(directory);
  return directory;
}

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

describe('an LMDB store', () => {
  for (const { name, run } of storeContract) {
    test(name, async () => {
      const store = await openLmdbStore({ directory: newDirectory() });
      try {
        await run(store);
      } finally {
        await store.close();
      }
    });
  }
});

describe('an LMDB store never differs from a memory store', () => {
  for (const seed of [1, 2, 3, 4]) {
    test(`with seed ${seed}, closed and opened again in between`, async () => {
      const directory = newDirectory();
      const reopen = async (store: Store): Promise<Store> => {
        await store.close();
        return openLmdbStore({ directory });
      };
      const first = await openLmdbStore({ directory });
      const reference = createMemoryStore();
      const last = await runDifferential({ seed, steps: 400, reference, candidate: first, reopen });
      await last.close();
    });
  }
});
