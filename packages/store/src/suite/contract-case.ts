import type { Store } from '../store.js';

/** One promise of the contract and how to see it kept, on an empty store. */
export interface ContractCase {
  /** A sentence that begins after "a store". */
  readonly name: string;
  /** Throws a `ContractViolation` when the promise is broken. The caller closes the store. */
  readonly run: (store: Store) => Promise<void>;
}
