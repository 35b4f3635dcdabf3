import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryStore, type Store } from '@imagestream/store';
import type { StoreChoice } from './command-line.js';
import type { EtcdChoice } from './etcd-options.js';

/** An open store, and what is to be tidied up when it is closed. */
export interface OpenStore {
  readonly store: Store;
  /** What a person is told about where objects are. */
  readonly description: string;
  readonly cleanUp: () => void;
}

/** How a store is opened. */
export interface OpenStoreOptions {
  /** For one that takes the place of another: revisions go on from this one at least. etcd has to be counted there, write by write. */
  readonly minRevision?: number;
  /** Ends the counting; the opening then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told of what heals by itself in a store on other machines; default nobody. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Opens the store of a command line. Without a folder the durable store keeps its files in one folder per port of the
 * user's data folder; with port 0, which nobody can come back to, in a temporary one.
 *
 * Rejects with the store's error, and with a UsageError or an InputFileError for what the command line gets wrong.
 */
export async function openStore(
  choice: StoreChoice,
  port: number,
  { minRevision, signal, onError = () => undefined }: OpenStoreOptions = {},
): Promise<OpenStore> {
  const beginning = minRevision === undefined ? {} : { minRevision };
  switch (choice.type) {
    case 'memory': {
      const store = createMemoryStore(beginning);
      return { store, description: 'memory', cleanUp: () => undefined };
    }
    case 'lmdb':
      return openDurable(choice.directory, { port, beginning });
    case 'etcd': {
      // Few servers need what reads files and finds packages for it.
      const { openEtcd } = await import('./open-etcd.js');
      const store = await openEtcd(choice, {
        ...beginning,
        ...(signal === undefined ? {} : { signal }),
        onError,
      });
      return { store, description: describeEtcd(choice), cleanUp: () => undefined };
    }
  }
}

function describeEtcd({ endpoints, prefix }: EtcdChoice): string {
  const place = endpoints.join(',');
  return prefix === undefined ? place : `${place} below ${prefix}`;
}

async function openDurable(
  directory: string | undefined,
  {
    port,
    beginning,
  }: { readonly port: number; readonly beginning: Pick<OpenStoreOptions, 'minRevision'> },
): Promise<OpenStore> {
  const { openLmdbStore } = await import('@imagestream/store-lmdb');
  const temporary = directory === undefined && port === 0;
  const path = directory ?? (temporary ? makeTemporary() : dataFolder(port));
  return {
    store: await openLmdbStore({ directory: path, ...beginning }),
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
