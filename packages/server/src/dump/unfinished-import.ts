import type { Store } from '@imagestream/store';

/**
 * A key that is in the store while an import writes, and stays there if the import does not come to its end. It is of no
 * resource, so that no list shows it.
 */
export const importMarkerKey = '/unfinished-import';

/** What is held under it: an object like the others, for whoever reads all of a store. */
export const importMarkerValue: Uint8Array = new TextEncoder().encode(
  JSON.stringify({ kind: 'UnfinishedImport', apiVersion: 'v1', metadata: {} }),
);

/** The store holds part of a dump, and perhaps parts of what was there before. */
export class UnfinishedImportError extends Error {
  override readonly name = 'UnfinishedImportError';

  constructor() {
    super(
      'the store holds an import that did not come to its end; run that import again, with --replace',
    );
  }
}

/**
 * Refuses a store of which nobody should believe that it is whole.
 *
 * Source: server-import-unfinished.
 *
 * Rejects with an UnfinishedImportError, or the store's error.
 */
export async function refuseUnfinishedImport(store: Store): Promise<void> {
  if ((await store.get(importMarkerKey)) !== undefined) throw new UnfinishedImportError();
}
