import type { KubeObject } from '@imagestream/core';
import { isImageStream, type ImageStream, type ImageStreamImport } from '@imagestream/image-v1';
import type { ObjectCache } from '../registry/object-storage.js';
import { neededImport, scheduledImport } from './needed-import.js';

/** Calls a function after a delay and returns how to call it off. A test's clock decides when. */
export type SetTimer = (callback: () => void, delayMs: number) => () => void;

/** What the background importer works with. */
export interface BackgroundImporterOptions {
  /** The objects of the server; streams are read from and followed in it. */
  readonly cache: ObjectCache;
  /** Sends an import to the server itself. Rejects when the server refuses it; the signal aborts when the importer is closed. */
  readonly post: (request: ImageStreamImport, signal: AbortSignal) => Promise<void>;
  /**
   * How long a stream must be left alone before it is imported; default four seconds. A burst of writes becomes one import,
   * and whoever reads, changes and writes a stream is not met by a version that the importer made in between.
   */
  readonly settleMs?: number;
  /** How often scheduled tags are imported again; default 15 minutes, as on clusters. */
  readonly scheduledIntervalMs?: number;
  readonly setTimer?: SetTimer;
  /** Told why an import was refused; it is tried again later. */
  readonly onError?: (error: unknown) => void;
}

/** A running background importer. */
export interface BackgroundImporter {
  /** Resolves once everything that is due has been tried; streams that are still settling are not waited for. */
  idle(): Promise<void>;
  /** Stops following streams and waits for an import that is under way. */
  close(): Promise<void>;
}

/** Source: controller-scheduled-import. */
const SCHEDULED_INTERVAL_MS = 15 * 60 * 1000;
/** Source: deviation-controller-settles. */
const SETTLE_MS = 4_000;
/** Delays double from here to the maximum. Source: controller-backoff. */
const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 5 * 60 * 1000;

const STREAMS_PREFIX = '/imagestreams/';

/**
 * Imports what streams ask for, as the controllers of a cluster do: new and changed tags at once, scheduled ones again and
 * again. It only posts ImageStreamImports; what came of one stands in the stream itself. What the server refuses is tried
 * again after a delay that doubles from one second to five minutes.
 *
 * Source: controller-needs-import, controller-scheduled-import, controller-backoff.
 */
export function startBackgroundImporter(options: BackgroundImporterOptions): BackgroundImporter {
  const importer = new RunningImporter(options);
  importer.start();
  return importer;
}

class RunningImporter implements BackgroundImporter {
  readonly #options: BackgroundImporterOptions;
  readonly #setTimer: SetTimer;
  readonly #abort = new AbortController();
  /** Streams that changed a moment ago, each with how to call its timer off. */
  readonly #settling = new Map<string, () => void>();
  /** Keys of streams to look at, in order. */
  readonly #queue = new Set<string>();
  readonly #scheduled = new Map<string, () => void>();
  /** Streams whose scheduled tags are due. */
  readonly #due = new Set<string>();
  readonly #retries = new Map<string, { attempt: number; cancel: () => void }>();
  #worker: Promise<void> = Promise.resolve();
  #isWorking = false;

  constructor(options: BackgroundImporterOptions) {
    this.#options = options;
    this.#setTimer = options.setTimer ?? setPlainTimer;
  }

  start(): void {
    const subscription = this.#options.cache.watch({
      prefix: STREAMS_PREFIX,
      initialEvents: true,
      maxQueued: Number.MAX_SAFE_INTEGER,
      signal: this.#abort.signal,
    });
    subscription.onReady(() => {
      let events = subscription.take();
      while (events.length > 0) {
        for (const event of events) {
          if (event.type === 'DELETED') this.#forget(event.key);
          else if (event.type !== 'BOOKMARK') this.#changed(event.key);
        }
        events = subscription.take();
      }
      // The cache lost its store and starts over; so does whoever follows it.
      if (subscription.end === 'lost') this.start();
    });
  }

  #changed(key: string): void {
    this.#settling.get(key)?.();
    const settle = (): void => {
      this.#settling.delete(key);
      this.#enqueue(key);
    };
    this.#settling.set(key, this.#setTimer(settle, this.#options.settleMs ?? SETTLE_MS));
  }

  async idle(): Promise<void> {
    await this.#options.cache.catchUp();
    while (this.#isWorking) await this.#worker;
  }

  async close(): Promise<void> {
    this.#abort.abort();
    this.#queue.clear();
    const known = [this.#settling, this.#scheduled, this.#retries].flatMap((timers) => [
      ...timers.keys(),
    ]);
    for (const key of known) this.#forget(key);
    await this.#worker;
  }

  #enqueue(key: string): void {
    if (this.#abort.signal.aborted) return;
    this.#queue.add(key);
    if (this.#isWorking) return;
    this.#isWorking = true;
    this.#worker = this.#work();
  }

  /** One import at a time: they wait for registries, not for this server. */
  async #work(): Promise<void> {
    // Events arrive while the cache is being changed; what is posted must see the change whole.
    await Promise.resolve();
    for (const key of this.#queue) {
      this.#queue.delete(key);
      const stream = this.#stream(key);
      if (stream !== undefined) await this.#handle(key, stream);
    }
    this.#isWorking = false;
  }

  async #handle(key: string, stream: ImageStream): Promise<void> {
    const isDue = this.#due.delete(key);
    const request = neededImport(stream) ?? (isDue ? scheduledImport(stream) : undefined);
    this.#schedule(key, stream);
    if (request !== undefined) await this.#post(key, request);
    else this.#settle(key);
  }

  #settle(key: string): void {
    this.#retries.get(key)?.cancel();
    this.#retries.delete(key);
  }

  async #post(key: string, request: ImageStreamImport): Promise<void> {
    try {
      await this.#options.post(request, this.#abort.signal);
      this.#settle(key);
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.#options.onError?.(error);
      this.#retryLater(key);
    }
  }

  #retryLater(key: string): void {
    const known = this.#retries.get(key);
    known?.cancel();
    const attempt = (known?.attempt ?? 0) + 1;
    const delayMs = Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1), MAX_BACKOFF_MS);
    const cancel = this.#setTimer(() => this.#enqueue(key), delayMs);
    this.#retries.set(key, { attempt, cancel });
  }

  /** One timer per stream that has scheduled tags, started when it has none yet. */
  #schedule(key: string, stream: ImageStream): void {
    const wants = scheduledImport(stream) !== undefined;
    if (!wants) {
      this.#scheduled.get(key)?.();
      this.#scheduled.delete(key);
    } else if (!this.#scheduled.has(key)) {
      const intervalMs = this.#options.scheduledIntervalMs ?? SCHEDULED_INTERVAL_MS;
      this.#scheduled.set(
        key,
        this.#setTimer(() => this.#runScheduled(key), intervalMs),
      );
    }
  }

  #runScheduled(key: string): void {
    this.#scheduled.delete(key);
    this.#due.add(key);
    this.#enqueue(key);
  }

  #stream(key: string): ImageStream | undefined {
    const object: KubeObject | undefined = this.#options.cache.get(key)?.object;
    return isImageStream(object) ? object : undefined;
  }

  #forget(key: string): void {
    this.#settling.get(key)?.();
    this.#settling.delete(key);
    this.#queue.delete(key);
    this.#scheduled.get(key)?.();
    this.#scheduled.delete(key);
    this.#due.delete(key);
    this.#settle(key);
  }
}

function setPlainTimer(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}
