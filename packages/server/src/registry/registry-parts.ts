import type { KubeObject } from '@imagestream/core';
import { arrange } from './object-codec.js';
import type { ObjectStorage } from './object-storage.js';
import type { StoredResource } from './resource-dependencies.js';

/** A registry on shared storage, and the source of randomness for generated names. */
export interface RegistryParts<T extends KubeObject> {
  readonly storage: ObjectStorage;
  readonly resource: StoredResource<T>;
  /** A number from 0 up to 1, as `Math.random`. */
  readonly random: () => number;
}

/** The object as it is answered: with the revision of the write, or without any when nothing was written. */
export function withRevision<T extends KubeObject>(object: T, revision: number): T {
  if (revision === 0) delete object.metadata.resourceVersion;
  else object.metadata.resourceVersion = String(revision);
  return arrange(object);
}
