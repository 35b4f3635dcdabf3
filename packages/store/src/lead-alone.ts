import type { LeadOptions } from './store.js';
import { StoreError } from './store-error.js';

const leadName = /^[a-z0-9-]+$/;

/** Refuses a name for a lead that is no lower-case word with `InvalidArgument`. */
export function checkLeadName(name: string): void {
  if (leadName.test(name)) return;
  throw new StoreError(
    'InvalidArgument',
    `not a name for a lead: ${JSON.stringify(name)}; use lower-case letters, digits and "-"`,
  );
}

/**
 * `Store.lead` for stores that only one process can have open: leads at once, until the caller's
 * signal or `closed` (aborted when the store closes) ends it.
 */
export async function leadAlone(
  { name, work, signal }: LeadOptions,
  closed: AbortSignal,
): Promise<void> {
  checkLeadName(name);
  const over = AbortSignal.any([signal, closed]);
  if (!over.aborted) await work(over);
}
