/**
 * List, watch and sync as functions, for pages where every kilobyte counts: what is not imported is not shipped. The
 * handles of a client do the same and more.
 */
import type { KubeObject, ResourceDescriptor, Verb } from '@imagestream/core';
import type { Collection } from './collection.js';
import type { ClientConfig } from './config.js';
import { createContext } from './create-client.js';
import { listCollection } from './list.js';
import type { ListOptions, SyncOptions, WatchOptions } from './options.js';
import { makeTarget } from './request.js';
import type { ClientContext } from './send.js';
import { Syncer } from './sync.js';
import type { ChangeEvent, ListRequest, SyncEvent } from './verbs.js';
import { Watcher } from './watch.js';

declare const brand: unique symbol;

/** A cluster and how to behave there, made by {@link connect}. Holds no connection until something is asked for. */
export interface Connection {
  readonly [brand]: 'Connection';
}

/** Which part of a collection: one namespace, or, left out, all of them. */
export interface InNamespace {
  readonly namespace?: string;
}

type ObjectOf<D> =
  D extends ResourceDescriptor<infer T, infer _C, infer _V, infer _S, infer _Sub> ? T : KubeObject;

/** A descriptor that has the verb; anything else does not compile. */
export type WithVerb<D extends ResourceDescriptor, V extends Verb> = V extends D['verbs'][number]
  ? D
  : never;

/** Prepares to talk to a cluster. Sends nothing. Throws a TypeError when the configuration cannot work. */
export function connect(config: ClientConfig): Connection {
  return createContext(config) as unknown as Connection; // The constructor of the brand.
}

/** As `list` of a handle. */
export function listObjects<D extends ResourceDescriptor>(
  connection: Connection,
  descriptor: WithVerb<D, 'list'>,
  options: ListOptions & InNamespace = {},
): ListRequest<ObjectOf<D>> {
  return listCollection(collectionOf(connection, descriptor, options), options);
}

/** As `watch` of a handle. */
export function watchObjects<D extends ResourceDescriptor>(
  connection: Connection,
  descriptor: WithVerb<D, 'watch'>,
  options: WatchOptions & InNamespace = {},
): AsyncIterableIterator<ChangeEvent<ObjectOf<D>>> {
  return new Watcher(collectionOf(connection, descriptor, options), options);
}

/** As `sync` of a handle. */
export function syncObjects<D extends ResourceDescriptor>(
  connection: Connection,
  descriptor: WithVerb<D, 'watch'>,
  options: SyncOptions & InNamespace = {},
): AsyncIterableIterator<SyncEvent<ObjectOf<D>>> {
  return new Syncer(collectionOf(connection, descriptor, options), options);
}

function collectionOf(
  connection: Connection,
  descriptor: ResourceDescriptor,
  { namespace }: InNamespace,
): Collection {
  const context = connection as unknown as ClientContext; // What `connect` made it from.
  return { context, target: makeTarget(descriptor, context.legacy, namespace) };
}
