/** Watchers of a run: the project's client, left to itself. */
import type { ChangeEvent, ImageClient, SyncEvent } from '@imagestream/client';
import type { ImageStream } from '@imagestream/image-v1';
import type { Version } from './operation.js';
import type { Recorder } from './recorder.js';
import { digestOf, versionOf } from './stream-client.js';
import type { SeenEvent, WatcherLog } from './watch-check.js';

/** What a watcher follows and notes down with. */
export interface FollowOptions {
  readonly name: string;
  readonly client: ImageClient;
  readonly namespace: string;
  /** A server that is silent for so long is left. */
  readonly idleTimeoutMs: number;
  readonly recorder: Recorder;
  readonly signal: AbortSignal;
}

type Change = Extract<ChangeEvent<ImageStream>, { readonly object: ImageStream }>;

/** A watcher that runs. */
export class Follower implements WatcherLog {
  readonly name: string;
  readonly events: SeenEvent[] = [];
  afterRv: number;
  failure?: string;
  /** Settles when it ends, never rejects. */
  ended: Promise<void> = Promise.resolve();
  readonly #recorder: Recorder;
  readonly #signal: AbortSignal;

  private constructor({ name, recorder, signal }: FollowOptions, afterRv: number) {
    this.name = name;
    this.afterRv = afterRv;
    this.#recorder = recorder;
    this.#signal = signal;
  }

  /** Watches what comes after a revision. */
  static watch(options: FollowOptions, afterRv: number): Follower {
    const follower = new Follower(options, afterRv);
    const events = options.client.imageStreams.in(options.namespace).watch({
      resourceVersion: String(afterRv),
      signal: options.signal,
      idleTimeoutMs: options.idleTimeoutMs,
    });
    follower.ended = follower.#run(async () => {
      for await (const event of events) {
        if (event.type !== 'BOOKMARK') follower.#see(event);
      }
    });
    return follower;
  }

  /** Reads what there is and follows from there; what there is is noted down as a list. */
  static sync(options: FollowOptions): Follower {
    const follower = new Follower(options, 0);
    const { client, namespace, idleTimeoutMs, signal } = options;
    const events = client.imageStreams.in(namespace).sync({ signal, idleTimeoutMs });
    follower.ended = follower.#run(() => follower.#follow(events));
    return follower;
  }

  /** The newest revision it has seen. */
  get reached(): number {
    return this.events.at(-1)?.version.rv ?? this.afterRv;
  }

  async #follow(events: AsyncIterable<SyncEvent<ImageStream>>): Promise<void> {
    let items = new Map<string, Version>();
    let invoked = this.#recorder.tick();
    let synced = false;
    for await (const event of events) {
      switch (event.type) {
        case 'RESTART':
          if (synced) throw new Error(`started over: ${event.reason}`);
          items = new Map();
          invoked = this.#recorder.tick();
          break;
        case 'INIT':
          items.set(event.object.metadata.name ?? '', versionOf(event.object));
          break;
        case 'SYNCED': {
          synced = true;
          const rv = (this.afterRv = Number(event.resourceVersion));
          const returned = this.#recorder.tick();
          const about = { by: this.name, consistent: true, notOlderThan: 0 };
          this.#recorder.lists.push({ ...about, rv, items, invoked, returned });
          break;
        }
        case 'ADDED':
        case 'MODIFIED':
        case 'DELETED':
          this.#see(event);
      }
    }
  }

  async #run(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      if (!this.#signal.aborted) this.failure = 'ended by itself';
    } catch (error) {
      this.failure = String(error);
    }
  }

  #see({ type, object }: Change): void {
    this.events.push({
      type,
      key: object.metadata.name ?? '',
      version: versionOf(object),
      digest: digestOf(object),
      seen: this.#recorder.tick(),
    });
  }
}
