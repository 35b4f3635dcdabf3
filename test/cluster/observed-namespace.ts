import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FetchFunction } from '@imagestream/client';
import { nodeFetch } from '@imagestream/client/node';
import { Follower } from './follow-streams.js';
import { judge, type Findings } from './judge.js';
import { Recorder } from './recorder.js';
import { READY_WITHIN_MS } from './replicas.js';
import { pickOne, type Random } from './seeded-random.js';
import { PATIENCE_MS, StreamClient } from './stream-client.js';

/** How long watchers get to see the last change. */
const CATCH_UP_MS = 30_000;

/** A namespace, the servers it is reached through, and chance. */
export interface ObservationOptions {
  readonly namespace: string;
  readonly servers: readonly { readonly name: string; readonly url: string }[];
  readonly random: Random;
  /** After how long watchers take silence for the end of a server. */
  readonly idleTimeoutMs: number;
}

/** One namespace in which all is noted down that clients do, are told and see, through each server and through any. */
export class ObservedNamespace {
  readonly recorder = new Recorder();
  /** One for each server and one that goes to another with every request, without patience. */
  readonly impatient: readonly StreamClient[];
  /** The same with patience. */
  readonly patient: readonly StreamClient[];
  readonly #options: ObservationOptions;
  readonly #followers: Follower[] = [];
  readonly #watching = new AbortController();

  constructor(options: ObservationOptions) {
    this.#options = options;
    // A few for each watcher.
    setMaxListeners(0, this.#watching.signal);
    this.impatient = this.#connect(PATIENCE_MS.impatient);
    this.patient = this.#connect(PATIENCE_MS.patient);
  }

  get watchers(): readonly Follower[] {
    return this.#followers;
  }

  /** Watches through every client what comes from now on. */
  async watchFromNow(): Promise<void> {
    const [first] = this.impatient;
    await first?.list('start');
    const start = this.recorder.lists.at(-1)?.rv;
    if (start === undefined) throw new Error('the streams cannot be listed');
    for (const client of this.impatient) {
      this.#followers.push(Follower.watch(this.#followerOptions(client), start));
    }
  }

  /** Has new watchers join, which read what there is and follow from there. */
  join(clients: readonly StreamClient[]): void {
    for (const client of clients) {
      this.#followers.push(Follower.sync(this.#followerOptions(client)));
    }
  }

  /**
   * When all servers are well: makes one last change, waits until all watchers have seen it, has one last look through every
   * server, and holds everything against everything else.
   */
  async conclude(further: readonly string[]): Promise<Findings> {
    const untilRv = await this.#writeLast();
    const behind = await this.#waitForWatchers(untilRv);
    const before = this.recorder.lists.length;
    for (const client of this.impatient) await client.list('end');
    const finalLists = this.recorder.lists.slice(before);
    this.#watching.abort();
    await Promise.all(this.#followers.map(({ ended }) => ended));
    return judge({
      recorder: this.recorder,
      watchers: this.#followers,
      untilRv,
      finalLists,
      expectedFinalLists: this.impatient.length,
      further: [...behind, ...further],
    });
  }

  /** Ends what runs. */
  close(): void {
    this.#watching.abort();
    for (const client of [...this.impatient, ...this.patient]) client.close();
  }

  #connect(timeoutMs: number): StreamClient[] {
    const { servers, namespace, random } = this.#options;
    const { recorder } = this;
    const urls = servers.map(({ url }) => url);
    const any = { name: 'any', url: urls[0] ?? '', fetch: wanderingFetch(urls, random) };
    return [...servers.map(({ name, url }) => ({ name, url })), any].map(
      (server) => new StreamClient({ recorder, namespace, timeoutMs, ...server }),
    );
  }

  #followerOptions({ name, client, namespace }: StreamClient): Parameters<typeof Follower.sync>[0] {
    return {
      name: `watcher ${this.#followers.length + 1} of ${namespace} at ${name}`,
      client,
      namespace,
      idleTimeoutMs: this.#options.idleTimeoutMs,
      recorder: this.recorder,
      signal: this.#watching.signal,
    };
  }

  async #writeLast(): Promise<number> {
    const until = Date.now() + READY_WITHIN_MS;
    for (let attempt = 1; Date.now() < until; attempt++) {
      const client = pickOne(this.#options.random, this.impatient);
      const key = `last-${attempt}`;
      const { outcome } = await client.perform('end', key, { type: 'create', put: key });
      if (outcome.type === 'ok') return outcome.version.rv;
      await sleep(200);
    }
    throw new Error(`nothing could be written within ${READY_WITHIN_MS} ms after the last fault`);
  }

  async #waitForWatchers(untilRv: number): Promise<string[]> {
    const until = Date.now() + CATCH_UP_MS;
    const behind = (): Follower[] =>
      this.#followers.filter(({ reached, failure }) => reached < untilRv && failure === undefined);
    while (behind().length > 0 && Date.now() < until) await sleep(50);
    return behind().map(
      ({ name, reached }) => `${name} is at ${reached} after ${CATCH_UP_MS} ms, not at ${untilRv}`,
    );
  }
}

/** Sends every request to another server, as a load balancer would. */
function wanderingFetch(urls: readonly string[], random: Random): FetchFunction {
  const fetch = nodeFetch();
  const send: FetchFunction = (request) => {
    const { pathname, search } = new URL(request.url);
    return fetch(new Request(new URL(pathname + search, pickOne(random, urls)), request));
  };
  return Object.assign(send, { close: () => fetch.close() });
}
