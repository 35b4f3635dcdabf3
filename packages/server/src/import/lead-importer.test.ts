import { createMemoryStore, StoreError, type Store } from '@imagestream/store';
import type { ImageStreamImport } from '@imagestream/image-v1';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRegistries } from '../registry/create-registries.js';
import { Connection } from '../testing/connection.js';
import { Election } from '../testing/election.js';
import { startLedImporter, type LedImporter } from './lead-importer.js';

interface Replica {
  readonly connection: Connection;
  readonly importer: LedImporter;
  readonly posted: string[];
  readonly errors: unknown[];
  readonly close: () => Promise<void>;
}

let store: Store;
let election: Election;
let replicas: Replica[];
/** What is posted does not come to an end before its signal aborts. */
let isSlow: boolean;

beforeEach(() => {
  store = createMemoryStore();
  election = new Election();
  replicas = [];
  isSlow = false;
});
afterEach(async () => {
  for (const { close } of replicas) await close();
});

async function openReplica(): Promise<Replica> {
  const connection = new Connection(store, election);
  const errors: unknown[] = [];
  const { storage } = await createRegistries({
    store: connection,
    now: () => 0,
    random: () => 0,
    onError: (error) => errors.push(error),
  });
  const posted: string[] = [];
  const importer = startLedImporter({
    store: connection,
    cache: storage.cache,
    settleMs: 0,
    onError: (error) => errors.push(error),
    async post({ metadata }: ImageStreamImport, signal) {
      posted.push(metadata.name ?? '');
      if (isSlow) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      else await markImported(metadata.name ?? '');
    },
  });
  const close = async (): Promise<void> => {
    await importer.close();
    await storage.cache.close();
    await connection.close();
  };
  const replica = { connection, importer, posted, errors, close };
  replicas.push(replica);
  return replica;
}

async function putStream(name: string, imported: number): Promise<void> {
  const from = { kind: 'DockerImage', name: 'registry.test/app:1' };
  const item = { created: null, dockerImageReference: 'x', image: 'y', generation: imported };
  const stream = {
    kind: 'ImageStream',
    apiVersion: 'image.openshift.io/v1',
    metadata: { name, namespace: 'web' },
    spec: { tags: [{ name: 'v1', from, generation: 2 }] },
    status: { tags: [{ tag: 'v1', items: [item] }] },
  };
  const value = new TextEncoder().encode(JSON.stringify(stream));
  const key = `/imagestreams/web/${name}`;
  await store.txn({ conditions: [], operations: [{ type: 'put', key, value }] });
}

function wantImport(name: string): Promise<void> {
  return putStream(name, 1);
}

function markImported(name: string): Promise<void> {
  return putStream(name, 2);
}

/** Waits until something is so, which it soon is. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200 && !isSo(); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(isSo()).toBe(true);
}

describe('the importers of several servers on one store', () => {
  // Evidence: replica-importer
  it('leave the work to one, and another one goes on when that one closes', async () => {
    const [one, other] = [await openReplica(), await openReplica()];
    await wantImport('a');
    await until(() => one.posted.length > 0);
    await one.importer.close();
    await wantImport('b');
    await until(() => other.posted.length > 0);
    await wantImport('c');
    await until(() => other.posted.length > 1);
    expect([one.posted, other.posted]).toEqual([['a'], ['b', 'c']]);
  });

  // Evidence: replica-importer
  it('break off what they are at when they lose the lead, and the next one does it', async () => {
    const [one, other] = [await openReplica(), await openReplica()];
    isSlow = true;
    await wantImport('a');
    await until(() => one.posted.length > 0);
    isSlow = false;
    election.depose();
    await until(() => other.posted.length > 0);
    expect([one.posted, other.posted]).toEqual([['a'], ['a']]);
    election.depose();
    await wantImport('b');
    await until(() => one.posted.length > 1);
    expect([one.posted, other.posted]).toEqual([['a', 'b'], ['a']]);
  });

  it('do nothing before they see what was imported last', async () => {
    const [one, other] = [await openReplica(), await openReplica()];
    await wantImport('a');
    other.connection.set({ isWatchHeld: true });
    await until(() => one.posted.length > 0);
    await one.importer.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    other.connection.set({ isWatchHeld: false });
    await wantImport('b');
    await until(() => other.posted.length > 0);
    expect(other.posted).toEqual(['b']);
  });

  it('seek the lead again when the store fails, and say why', async () => {
    store = createMemoryStore();
    const fault = new StoreError('Unavailable', 'no member answers');
    const lead = election.lead.bind(election);
    let attempts = 0;
    election.lead = (work, over) => {
      attempts += 1;
      return attempts < 3 ? Promise.reject(fault) : lead(work, over);
    };
    const { posted, errors } = await openReplica();
    await wantImport('a');
    await until(() => posted.length > 0);
    expect(errors).toEqual([fault, fault]);
  });
});
