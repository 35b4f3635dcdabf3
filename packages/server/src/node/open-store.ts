import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryStore, type Store } from '@imagestream/store';
import type { StoreChoice } from './command-line.js';

/** An open store, and what is to be tidied up when it is closed. */
export interface OpenStore {
  readonly store: Store;
  /** What a person is told about where objects are. */
  readonly description: string;
  readonly cleanUp: () => void;
}

/** How a store is opened that takes the place of another. */
export interface OpenStoreOptions {
  /** Revisions go on from this one at least, where the store can do that: etcd cannot. */
  readonly minRevision?: number;
}

/**
 * Opens the store of a command line. Without a folder the durable store keeps its files in one folder per port of the
 * user's data folder; with port 0, which nobody can come back to, in a temporary one.
 *
 * Rejects with the store's error.
 */
export async function openStore(
  choice: StoreChoice,
  port: number,
  options: OpenStoreOptions = {},
): Promise<OpenStore> {
  switch (choice.type) {
    case 'memory':
      return { store: createMemoryStore(options), description: 'memory', cleanUp: () => undefined };
    case 'lmdb':
      return openDurable(choice.directory, { port, options });
    case 'etcd':
      return openEtcd(choice.endpoints);
  }
}

async function openDurable(
  directory: string | undefined,
  { port, options }: { readonly port: number; readonly options: OpenStoreOptions },
): Promise<OpenStore> {
  const { openLmdbStore } = await import('@imagestream/store-lmdb');
  const temporary = directory === undefined && port === 0;
  const path = directory ?? (temporary ? makeTemporary() : dataFolder(port));
  return {
    store: await openLmdbStore({ directory: path, ...options }),
    description: path,
    cleanUp: () => {
      if (temporary) rmSync(path, { recursive: true, force: true });
    },
  };
}

function makeTemporary(): string {
  return mkdtempSync(join(tmpdir(), 'imagestream-server-'));
}

/** The folder of the durable store of a port, unless another one is named. */
export function dataFolder(port: number): string {
  const root = process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share');
  return join(root, 'imagestream-server', String(port));
}

/** The package is asked for by name at run time: it is an option, not a dependency. */
const etcdPackage = '@imagestream/store-etcd';

async function openEtcd(endpoints: readonly string[]): Promise<OpenStore> {
  let etcd: { openEtcdStore: (options: { endpoints: readonly string[] }) => Promise<Store> };
  try {
    etcd = (await import(etcdPackage)) as typeof etcd; // The package's documented entry.
  } catch (cause) {
    throw new Error(
      `--etcd-endpoints needs the package ${etcdPackage}: npm install ${etcdPackage}`,
      {
        cause,
      },
    );
  }
  return {
    store: await etcd.openEtcdStore({ endpoints }),
    description: endpoints.join(','),
    cleanUp: () => undefined,
  };
}
