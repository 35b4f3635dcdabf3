/**
 * One interface per verb. A resource is the intersection of the verbs its API has, so a verb the server lacks does
 * not compile.
 *
 * The generator writes one file per package that ships handles, `src/gen/handles.ts`, from the same descriptors as
 * `gen/resources.ts`, in exactly the shape the file has now:
 *
 * - `export interface <Plural> extends <verbs>` for one resource, `<Plural>` being the descriptor's export name in
 *   upper camel case. Verb → interface: get → `Get<T>`, list → `List<T>`, watch → `Watch<T>`,
 *   create → `Create<T, C>`, update → `Update<T>`, patch → `Patchable<T>`, delete → `Delete<T>`,
 *   deletecollection → `DeleteCollection<T>`. A subresource is a readonly property of its own name:
 *   get → `GetSubresource<S>`, update → `UpdateSubresource<S>`, patch → `PatchSubresource<S>`, joined with `&`.
 * - `export interface <Group>Handles` (<Group>: first label of the group and the version, as in `ImageV1Handles`) with one readonly property per descriptor: cluster-scoped `<Plural>`,
 *   namespaced `Namespaced<<Plural>>` or, when the resource can be listed,
 *   `Namespaced<<Plural>> & AllNamespaces<List<T> [& Watch<T>]>`.
 * - `export function bind<Group>Handles(bind: Binder): <Group>Handles`, one `bind(<descriptor>)` per property.
 *   That it compiles proves that descriptors and interfaces say the same.
 */
import type { KubeObject, ResourceVersion, Status } from '@imagestream/core';
import type {
  ApplyOptions,
  CallOptions,
  DeleteCollectionOptions,
  DeleteOptions,
  ListOptions,
  SyncOptions,
  WaitOptions,
  WatchOptions,
  WriteOptions,
} from './options.js';
import type { DeepPartial, JsonPatchOperation, Patch } from './patch.js';

/** One change of a watched collection. A watch never hands out ERROR: it throws or recovers. */
export type ChangeEvent<T> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: ResourceVersion };

/**
 * One step of a synchronised collection: RESTART, an INIT per object, SYNCED, then changes. After a RESTART what
 * was known before is void once SYNCED comes; until then it is the best there is.
 */
export type SyncEvent<T> =
  | { readonly type: 'RESTART'; readonly reason: 'initial' | 'expired' | 'interrupted' }
  | { readonly type: 'INIT'; readonly object: T }
  | { readonly type: 'SYNCED'; readonly resourceVersion: ResourceVersion }
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T };

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** The version of the snapshot all pages of one list are cut from; empty where the server gives none. */
  readonly resourceVersion: ResourceVersion;
  /** Present when there is more. */
  readonly continueToken?: string;
  /** How many objects follow this page, where the server says so (never with a selector). */
  readonly remaining?: number;
  /** How often the list was begun anew before this page because its history had expired. */
  readonly restarts: number;
  /** Requests the next page; undefined after the last one. Selectors and `onExpired` are those of the list. */
  readonly next: () => Promise<Page<T>> | undefined;
}

/** A list. Awaited: its first page. Iterated: every object of every page, in the server's order. Nothing is sent before. */
export interface ListRequest<T> extends PromiseLike<Page<T>>, AsyncIterable<T> {
  /** Page by page; leaving the loop early sends nothing more. */
  pages(): AsyncIterableIterator<Page<T>>;
  /** Every object of every page, at one moment. */
  all(): Promise<T[]>;
}

/** Reading one object. */
export interface Get<T> {
  /** Throws a NotFoundError when it does not exist. */
  get(name: string, options?: CallOptions): Promise<T>;
  /** The object, or undefined when it does not exist. */
  getOrUndefined(name: string, options?: CallOptions): Promise<T | undefined>;
}

/** Reading a collection. */
export interface List<T> {
  list(options?: ListOptions): ListRequest<T>;
}

/** Following a collection. */
export interface Watch<T> {
  /**
   * Every change, in order, one at a time: the next event is read when the consumer asks for it. Broken or ended
   * connections are resumed from the last version seen, so nothing is lost and nothing repeated.
   *
   * Ends when the signal aborts or the loop is left. Throws an ExpiredError when the history after the last version
   * is gone, and what the server answers when asking again cannot help (403, 404, 400 …).
   */
  watch(options?: WatchOptions): AsyncIterableIterator<ChangeEvent<T>>;
  /** The whole collection and then every change, for ever: starts over by itself when history is gone. */
  sync(options?: SyncOptions): AsyncIterableIterator<SyncEvent<T>>;
  /**
   * Resolves with the first answer of `test` that is neither undefined nor false. It is asked with the object as it
   * is (undefined while absent) and after every change. In an all-namespaces handle the first object of that name counts.
   *
   * Throws a WaitTimeoutError that carries the last state seen.
   */
  waitFor<R>(
    name: string,
    test: (object: T | undefined) => R | undefined | false,
    options: WaitOptions,
  ): Promise<R>;
}

/** Creating an object. C is what is accepted, R what is answered. */
export interface Create<T extends KubeObject, C, R = T> {
  /** `apiVersion` and `kind` are filled in. Throws AlreadyExistsError, InvalidError, ForbiddenError … */
  create(object: C, options?: WriteOptions): Promise<R>;
}

/** Replacing an object. */
export interface Update<T extends KubeObject> {
  /** Throws a ConflictError when `metadata.resourceVersion` is not the current one. */
  update(object: T, options?: WriteOptions): Promise<T>;
  /**
   * Reads the object, lets `change` change it in place or return a new one, writes it, and does so again when
   * somebody else was faster (up to ten times). `change` may run several times and has no other effects.
   */
  modify(
    name: string,
    change: (object: T) => T | undefined | void,
    options?: WriteOptions,
  ): Promise<T>;
}

/** What any of the patch types of an object looks like. */
export type PatchOf<T> =
  Patch<'merge' | 'strategic', DeepPartial<T>> | Patch<'json', readonly JsonPatchOperation[]>;

/** What server-side apply takes: the fields this manager cares about. The status and what the server owns are not among them. */
export type ApplyConfiguration<T extends KubeObject> = Omit<
  DeepPartial<T>,
  'metadata' | 'status'
> & {
  readonly metadata: Omit<
    DeepPartial<T['metadata']>,
    'name' | 'uid' | 'resourceVersion' | 'creationTimestamp' | 'generation' | 'managedFields'
  > & { readonly name: string };
};

/** Changing parts of an object. */
export interface Patchable<T extends KubeObject> {
  patch(name: string, patch: PatchOf<T>, options?: WriteOptions): Promise<T>;
  /** Server-side apply: creates or changes so that the given fields have the given values and belong to the manager. */
  apply(object: ApplyConfiguration<T>, options: ApplyOptions): Promise<T>;
}

/** Deleting an object. */
export interface Delete<T> {
  /** Answers a Status when it is gone, the object when finalizers keep it for now. */
  delete(name: string, options?: DeleteOptions): Promise<T | Status>;
}

/** Deleting many objects. */
export interface DeleteCollection<T> {
  /** Deletes what the selectors match, everything without one, and answers what was selected. */
  deleteCollection(options?: DeleteCollectionOptions): Promise<T[]>;
}

/** Reading a subresource of an object. */
export interface GetSubresource<T> {
  get(name: string, options?: CallOptions): Promise<T>;
}

/** Replacing a subresource, such as the status: the rest of the object is left alone by the server. */
export interface UpdateSubresource<T> {
  update(object: T, options?: WriteOptions): Promise<T>;
  modify(
    name: string,
    change: (object: T) => T | undefined | void,
    options?: WriteOptions,
  ): Promise<T>;
}

/** Changing parts of a subresource. */
export interface PatchSubresource<T> {
  patch(name: string, patch: PatchOf<T>, options?: WriteOptions): Promise<T>;
}

/** A namespaced resource: pick a namespace first. */
export interface Namespaced<N> {
  in(namespace: string): N;
}

/** What can be done over all namespaces at once. */
export interface AllNamespaces<A> {
  readonly all: A;
}
