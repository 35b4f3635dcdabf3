/** What the store holds for a key, and the revision the object shall show. */
export interface StoredObject {
  readonly key: string;
  /** The bytes in the store. They carry no `resourceVersion`: it is unknown until they are written. */
  readonly value: Uint8Array;
  /** The `resourceVersion` to show: the last write, or the deletion of the key. */
  readonly revision: number;
  readonly createRevision: number;
}

/**
 * What the cache must know of the objects it holds, given by whoever creates it. `T` is a decoded
 * object, `A` the little of it that selectors look at.
 *
 * All functions are pure. Results are shared by every reader, so nobody may change them.
 */
export interface CacheCodec<T, A> {
  /** Decodes stored bytes and puts `revision` in as the object's `resourceVersion`. */
  decode(stored: StoredObject): T;
  /** The bytes a client gets for the object. Called once per entry, on first use. */
  encode(object: T, stored: StoredObject): Uint8Array;
  /**
   * Labels and selectable fields. Kept for as long as the entry lives, so that filtering a list
   * need not decode its objects again.
   */
  attributes(object: T, stored: StoredObject): A;
}

/**
 * One object at one revision. Immutable; everything beyond the stored bytes is worked out on first
 * use. `bytes` and `attributes` are then kept; `object` is kept only while somebody uses it, since
 * a decoded object takes several times the memory of its bytes.
 */
export interface CacheEntry<T, A> extends StoredObject {
  readonly object: T;
  readonly attributes: A;
  readonly bytes: Uint8Array;
}

/** Makes an entry that decodes and encodes on demand. */
export function createCacheEntry<T extends object, A>(
  stored: StoredObject,
  codec: CacheCodec<T, A>,
): CacheEntry<T, A> {
  return new LazyEntry(stored, codec);
}

/** The same content under another revision: how an object looks in the event that removes it. */
export function entryAtRevision<T extends object, A>(
  entry: CacheEntry<T, A>,
  revision: number,
  codec: CacheCodec<T, A>,
): CacheEntry<T, A> {
  const { key, value, createRevision } = entry;
  return new LazyEntry({ key, value, createRevision, revision }, codec);
}

class LazyEntry<T extends object, A> implements CacheEntry<T, A> {
  readonly key: string;
  readonly value: Uint8Array;
  readonly revision: number;
  readonly createRevision: number;
  readonly #codec: CacheCodec<T, A>;
  #object: WeakRef<T> | undefined;
  #attributes: { readonly value: A } | undefined;
  #bytes: Uint8Array | undefined;

  constructor(stored: StoredObject, codec: CacheCodec<T, A>) {
    this.key = stored.key;
    this.value = stored.value;
    this.revision = stored.revision;
    this.createRevision = stored.createRevision;
    this.#codec = codec;
  }

  get object(): T {
    const kept = this.#object?.deref();
    if (kept !== undefined) return kept;
    const object = this.#codec.decode(this);
    this.#object = new WeakRef(object);
    return object;
  }

  get attributes(): A {
    this.#attributes ??= { value: this.#codec.attributes(this.object, this) };
    return this.#attributes.value;
  }

  get bytes(): Uint8Array {
    this.#bytes ??= this.#codec.encode(this.object, this);
    return this.#bytes;
  }
}
