import { isStoreError, type Store } from '@imagestream/store';
import { pauseBeforeRetry } from '../cache/retry-pause.js';
import { startBackgroundImporter, type BackgroundImporterOptions } from './background-importer.js';

/** What an importer that may have to wait for its turn works with. */
export interface LedImporterOptions extends BackgroundImporterOptions {
  readonly store: Pick<Store, 'lead'>;
}

/** An importer that runs whenever its process leads. */
export interface LedImporter {
  /** Stops importing, or waiting for the turn, and lets another process take over. */
  close(): Promise<void>;
}

/**
 * Runs the background importer in one of the processes that have a store open: at once where there is only one. When the lead is
 * lost the importer stops, what it is at included, and it begins anew when the lead comes back; whoever leads then sees in the
 * streams what is still to be done.
 *
 * Source: replica-importer.
 */
export function startLedImporter(options: LedImporterOptions): LedImporter {
  const stop = new AbortController();
  const leading = seekLead(options, stop.signal);
  return {
    async close() {
      stop.abort();
      await leading;
    },
  };
}

async function seekLead(options: LedImporterOptions, signal: AbortSignal): Promise<void> {
  const { store } = options;
  for (let attempt = 0; !signal.aborted; attempt++) {
    const work = (lead: AbortSignal): Promise<void> => {
      attempt = 0;
      return importWhileLeading(options, lead);
    };
    try {
      await pauseBeforeRetry(attempt, signal);
      await store.lead({ name: 'importer', work, signal });
      return;
    } catch (error) {
      if (isStoreError(error, 'Closed')) return;
      options.onError?.(error);
    }
  }
}

async function importWhileLeading(
  options: BackgroundImporterOptions,
  lead: AbortSignal,
): Promise<void> {
  // What the one who led before has imported must be seen, or it would be imported again.
  await options.cache.catchUp();
  const importer = startBackgroundImporter(options);
  await aborted(lead);
  await importer.close();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
