import type { ObjectStorage } from './registry/object-storage.js';
import type { HealthCheck } from './http/health.js';
import type { Shutdown } from './http/shutdown.js';
import { within } from './within.js';

/** How long the store, and the cache behind it, may take before a probe says that they do not answer. */
const checkLimitMs = 2000;

/**
 * What the probes ask. A server without its store is not ready, but nothing is gained by ending it: it goes on by itself when
 * the store is back, with all its watchers. So `/livez` does not look at the store.
 *
 * Source: replica-probes, replica-shutdown.
 */
export function serverHealth(storage: ObjectStorage, shutdown: Shutdown): HealthCheck[] {
  const { store, cache } = storage;
  return [
    {
      name: 'ping',
      probes: ['healthz', 'livez', 'readyz'],
      check: () => Promise.resolve(undefined),
    },
    {
      name: 'store',
      probes: ['healthz', 'readyz'],
      check: () => problemOf(store.currentRevision(), 'the store does not answer'),
    },
    {
      name: 'cache',
      probes: ['readyz'],
      check: () => problemOf(cache.catchUp(), 'the cache does not follow the store'),
    },
    {
      name: 'shutdown',
      probes: ['readyz'],
      check: () => Promise.resolve(shutdown.hasBegun ? 'the server is shutting down' : undefined),
    },
  ];
}

async function problemOf(answer: Promise<unknown>, whenLate: string): Promise<string | undefined> {
  try {
    await within(answer, checkLimitMs, () => new Error(whenLate));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : whenLate;
  }
}
