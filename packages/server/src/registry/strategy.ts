import type { FieldError, KubeObject } from '@imagestream/core';
import type { RequestContext } from './request-context.js';

/**
 * What a garbage collector may do with the objects of a resource: `DeleteDependents` is the ordinary policy, under
 * which a propagation policy sets finalizers; `Unsupported` never sets any.
 */
export type GarbageCollectionPolicy = 'DeleteDependents' | 'OrphanDependents' | 'Unsupported';

/**
 * The rules of a stored resource. The generic registry calls the hooks in one fixed order (see
 * `generic-registry.ts`); a resource says what is special about it and nothing else.
 *
 * Create:  fill uid, creationTimestamp, generated name → `prepareForCreate` → `validateCreate` → object metadata
 *          rules → `warningsOnCreate` → `canonicalize` → validating admission → store.
 * Update:  read → make the new object → generation and system metadata copied from the old one →
 *          `prepareForUpdate` → `validateUpdate` → `warningsOnUpdate` → `canonicalize` → validating admission → store if something changed; start again when someone else was faster.
 * Delete:  preconditions → admission → finalizers by `garbageCollectionPolicy` → remove, or mark and keep.
 * Read:    `decorate` on whatever leaves the server through get, list and watch, and on the answers of writes.
 *
 * Hooks may be called concurrently for different requests and repeatedly for one. They may await (looking up another
 * stream, an access review), but only through what they were constructed with. Source: api-machinery order of writes.
 */
export interface Strategy<T extends KubeObject = KubeObject> {
  readonly garbageCollectionPolicy: GarbageCollectionPolicy;

  /** Whether names of this resource may be generated from `generateName`, and from which text. Default: cut to 58 characters. */
  readonly generateName?: (base: string) => string;

  /** See `Rest.normalize`. */
  normalize?(object: T): T;

  /**
   * Resets and computes what clients do not own. May change `object`, which has uid, creationTimestamp and namespace
   * already. Must not refuse; to refuse is for `validateCreate`.
   */
  prepareForCreate(context: RequestContext, object: T): void | Promise<void>;

  /**
   * The rules of the kind on a new object, metadata names included; the generic metadata rules follow after it and
   * are not repeated here. May complete `object` where the real server's validation does (following tags). Errors are
   * collected; any make a 422 with the kind. Throw a StatusError for any other refusal.
   */
  validateCreate(context: RequestContext, object: T): FieldError[] | Promise<FieldError[]>;

  /** Texts for Warning headers. Changes nothing. */
  warningsOnCreate?(context: RequestContext, object: T): string[];

  /**
   * Resets what clients do not own to what `old` says, and raises generations. May change `object`, never `old`. Called with
   * `object.metadata.generation` already set to the old one.
   */
  prepareForUpdate(context: RequestContext, object: T, old: T): void | Promise<void>;

  /**
   * As `validateCreate`, on a changed object, and with the rules for metadata that changes (immutable fields, finalizers),
   * which stand there as often as the real server applies them. Never changes `old`.
   */
  validateUpdate(context: RequestContext, object: T, old: T): FieldError[] | Promise<FieldError[]>;

  /** Texts for Warning headers. Changes nothing. */
  warningsOnUpdate?(context: RequestContext, object: T, old: T): string[];

  /** Last touch before the write, after validation: brings equal objects to equal bytes. May change `object`. */
  canonicalize?(object: T): void;

  /**
   * Fills what is computed on the way out (repository fields). May change `object`, which is a copy of the stored
   * one. Must not wait, must not depend on who asks: the result is encoded once and served to everybody.
   * A strategy without it answers objects as they are stored; so does the status path of streams.
   */
  decorate?(object: T): void;

  /**
   * The values field selectors compare with, by the names of `ResourceInfo.selectableFields`, `metadata.*` left
   * out. Computed from the object as it is stored, before `decorate`. Absent = only `metadata.*`.
   */
  selectableFields?(object: T): Readonly<Record<string, string>>;
}
