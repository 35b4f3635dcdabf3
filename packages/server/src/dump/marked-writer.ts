import { isStoreError, type Operation, type Store, type Transaction } from '@imagestream/store';
import { disturbed, ImportError } from './import-error.js';
import { importMarkerKey, importMarkerValue } from './unfinished-import.js';

/** One write of an import. `expected` is the revision the key must be at; 0 = it must be absent. */
export type Change = Operation & { readonly expected: number };

/** etcd takes 128 operations in a transaction by default; its store adds a few of its own. */
const maxOperations = 100;
/** etcd takes requests of 1.5 MiB by default. A larger object gets a transaction of its own. */
const maxBytes = 1024 * 1024;

/**
 * Writes changes in transactions of moderate size, in the order they come, with the marker of an unfinished import in the
 * store from the first to the last. A key that is not as expected ends it.
 */
export class MarkedWriter {
  readonly #store: Store;
  readonly #signal: AbortSignal | undefined;
  #revision = 0;
  #changes: Change[] = [];
  #bytes = 0;

  private constructor(store: Store, signal: AbortSignal | undefined) {
    this.#store = store;
    this.#signal = signal;
  }

  /** Puts the marker in; `marker` is the revision of one that is there, 0 if there is none. */
  static async start(
    store: Store,
    { marker, signal }: { readonly marker: number; readonly signal: AbortSignal | undefined },
  ): Promise<MarkedWriter> {
    const writer = new MarkedWriter(store, signal);
    writer.#revision = marker;
    await writer.#commit([{ type: 'put', key: importMarkerKey, value: importMarkerValue }]);
    return writer;
  }

  /** The revision of the newest transaction. */
  get revision(): number {
    return this.#revision;
  }

  /** Takes a change and writes when enough have come together. */
  async add(change: Change): Promise<void> {
    const bytes = sizeOf(change);
    if (this.#changes.length + 1 === maxOperations || this.#bytes + bytes > maxBytes) {
      await this.flush();
    }
    this.#changes.push(change);
    this.#bytes += bytes;
  }

  /** Writes what has come. */
  async flush(): Promise<void> {
    this.#signal?.throwIfAborted();
    const changes = this.#changes.splice(0);
    this.#bytes = 0;
    if (changes.length === 0) return;
    const marker = { type: 'put', key: importMarkerKey, value: importMarkerValue } as const;
    await this.#commit([marker, ...changes.map(toOperation)], changes);
  }

  /** Takes the marker out. Returns the revision of that. */
  async finish(): Promise<number> {
    await this.#commit([{ type: 'delete', key: importMarkerKey }]);
    return this.#revision;
  }

  async #commit(operations: readonly Operation[], changes: readonly Change[] = []): Promise<void> {
    const conditions: Transaction['conditions'] = [
      { key: importMarkerKey, modRevision: this.#revision },
      ...changes.map(({ key, expected }) => ({ key, modRevision: expected })),
    ];
    const result = await this.#store.txn({ conditions, operations }).catch((error: unknown) => {
      throw isStoreError(error, 'TooLarge') ? tooLarge(changes, error) : error;
    });
    if (result.type === 'refused') {
      const failed = conditions.find(
        ({ modRevision }, index) => (result.current[index]?.modRevision ?? 0) !== modRevision,
      );
      throw disturbed(failed?.key ?? importMarkerKey);
    }
    this.#revision = result.revision;
  }
}

/** Who asks how to get around it has to know which object it is. */
function tooLarge(changes: readonly Change[], cause: Error): ImportError {
  const [largest] = changes.toSorted((a, b) => sizeOf(b) - sizeOf(a));
  const what = largest === undefined ? 'the import' : `${largest.key} (${sizeOf(largest)} bytes)`;
  const problem = `the store does not take ${what}: ${cause.message}`;
  return new ImportError('TooLarge', problem, { cause });
}

function toOperation({ expected: _expected, ...operation }: Change): Operation {
  return operation;
}

function sizeOf(change: Change): number {
  return change.key.length + (change.type === 'put' ? change.value.length : 0);
}
