import type { KubeObject } from '@imagestream/core';
import type { Store } from '@imagestream/store';
import { createWatchCache } from '../cache/create-watch-cache.js';
import type { HistoryLimits } from '../cache/watch-cache.js';
import { createGenericRegistry } from './generic-registry.js';
import { makeObjectCodec, type StoredKind } from './object-codec.js';
import { ObjectStorage } from './object-storage.js';
import type { StoredResource } from './resource-dependencies.js';
import { resourceOfKey } from './storage-key.js';
import type { StoredRest } from './stored-rest.js';

/** What registries are made from. */
export interface RegistriesOptions {
  readonly store: Store;
  /** Milliseconds, for the age of history. */
  readonly now: () => number;
  readonly random: () => number;
  readonly history?: HistoryLimits;
  readonly onError: (error: unknown) => void;
}

/** A store, its cache, and the registries made on them. */
export interface Registries {
  readonly storage: ObjectStorage;
  readonly registry: <T extends KubeObject>(resource: StoredResource<T>) => StoredRest<T>;
}

/** Loads a store into a cache and makes registries on it. Rejects when the store cannot be read. */
export async function createRegistries(options: RegistriesOptions): Promise<Registries> {
  const kinds = new Map<string, StoredKind>();
  const cache = await createWatchCache({
    store: options.store,
    codec: makeObjectCodec((key) => kinds.get(resourceOfKey(key)) ?? {}),
    now: options.now,
    ...(options.history === undefined ? {} : { history: options.history }),
    onError: options.onError,
  });
  const storage = new ObjectStorage(options.store, cache);
  return {
    storage,
    registry<T extends KubeObject>(resource: StoredResource<T>): StoredRest<T> {
      noteKind(kinds, resource);
      return createGenericRegistry({ storage, resource, random: options.random });
    },
  };
}

/** Reads of a resource look the same whoever asks: the first registry of the resource itself says how. */
function noteKind<T extends KubeObject>(
  kinds: Map<string, StoredKind>,
  { info, strategy }: StoredResource<T>,
): void {
  if (info.subresource !== undefined || kinds.has(info.resource)) return;
  // Keys of a resource hold objects of its kind: only its own registries write them.
  const { decorate, selectableFields } = strategy as unknown as StoredKind;
  kinds.set(info.resource, {
    ...(decorate === undefined ? {} : { decorate: decorate.bind(strategy) }),
    ...(selectableFields === undefined
      ? {}
      : { selectableFields: selectableFields.bind(strategy) }),
  });
}
