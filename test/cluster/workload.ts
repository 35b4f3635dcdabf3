import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation, Request, Version } from './operation.js';
import { between, pickOne, pickWeighted, type Random } from './seeded-random.js';
import type { StreamClient } from './stream-client.js';

/** Who works on what. */
export interface WorkloadOptions {
  readonly random: Random;
  /**
   * The clients of each worker: one for each replica, and perhaps one that goes to another replica with every request.
   * Workers may share them.
   */
  readonly clients: readonly (readonly StreamClient[])[];
  /** Few names make many conflicts. */
  readonly keys: readonly string[];
  readonly signal: AbortSignal;
  /** The longest pause after an operation. */
  readonly pauseMs: number;
}

/** How long a worker stays away from a replica that did not answer. */
const AVOID_MS = 1_500;
/** How long after a request that did not get anywhere. */
const AFTER_REFUSAL_MS = 60;

/** Workers do one thing after another, each at one replica or another, until the signal aborts. */
export async function runWorkload(options: WorkloadOptions): Promise<void> {
  const known = new Map<string, Version>();
  await Promise.all(
    options.clients.map((clients, n) =>
      new Worker({ name: `w${n}`, clients, options, known }).run(),
    ),
  );
}

type Action = 'read' | 'create' | 'update' | 'modify' | 'patch' | 'delete' | 'list';

class Worker {
  readonly #name: string;
  readonly #clients: readonly StreamClient[];
  readonly #options: WorkloadOptions;
  /** What anybody saw last of each object. */
  readonly #known: Map<string, Version>;
  readonly #avoided = new Map<StreamClient, number>();
  #writes = 0;

  constructor(made: {
    readonly name: string;
    readonly clients: readonly StreamClient[];
    readonly options: WorkloadOptions;
    readonly known: Map<string, Version>;
  }) {
    this.#name = made.name;
    this.#clients = made.clients;
    this.#options = made.options;
    this.#known = made.known;
  }

  async run(): Promise<void> {
    const { signal, random, pauseMs } = this.#options;
    while (!signal.aborted) {
      await this.#act();
      await sleep(random() * pauseMs);
    }
  }

  async #act(): Promise<void> {
    const { random, keys } = this.#options;
    const key = pickOne(random, keys);
    const action = pickWeighted<Action>(random, [
      [5, 'read'],
      [2, 'create'],
      [3, 'update'],
      [4, 'modify'],
      [3, 'patch'],
      [1.2, 'delete'],
      [1.5, 'list'],
    ]);
    const known = this.#known.get(key);
    switch (action) {
      case 'read':
        await this.#perform(key, { type: 'read' });
        break;
      case 'create':
        await this.#perform(key, { type: 'create', put: this.#nextWrite() });
        break;
      case 'update':
        // Over whatever anybody saw last, which is often too old.
        if (known !== undefined) await this.#perform(key, this.#updateOf(known));
        break;
      case 'modify':
        await this.#modify(key);
        break;
      case 'patch':
        await this.#perform(key, { type: 'patch', patch: this.#nextWrite() });
        break;
      case 'delete':
        await this.#perform(key, this.#deleteOf(known));
        break;
      case 'list':
        await this.#list(known);
    }
  }

  /** Reads at one replica and writes at another. */
  async #modify(key: string): Promise<void> {
    const { outcome } = await this.#perform(key, { type: 'read' });
    if (outcome.type === 'ok') await this.#perform(key, this.#updateOf(outcome.version));
    else if (outcome.type === 'NotFound') {
      await this.#perform(key, { type: 'create', put: this.#nextWrite() });
    }
  }

  #updateOf({ rv, patch }: Version): Request {
    return { type: 'update', put: this.#nextWrite(), patch, expectedRv: rv };
  }

  #deleteOf(known: Version | undefined): Request {
    if (known === undefined) return { type: 'delete' };
    return pickOne<Request>(this.#options.random, [
      { type: 'delete' },
      { type: 'delete', expectedRv: known.rv },
      { type: 'delete', expectedUid: known.uid },
    ]);
  }

  #list(known: Version | undefined): Promise<void> {
    const wish = pickOne(this.#options.random, [
      {},
      { pageSize: 5 },
      { notOlderThan: 0 },
      ...(known === undefined ? [] : [{ notOlderThan: known.rv }]),
    ]);
    return this.#chooseClient().list(this.#name, wish);
  }

  #nextWrite(): string {
    return `${this.#name}-${++this.#writes}`;
  }

  async #perform(key: string, request: Request): Promise<Operation> {
    const client = this.#chooseClient();
    const operation = await client.perform(this.#name, key, request);
    const { outcome } = operation;
    if (outcome.type === 'ok') this.#known.set(key, outcome.version);
    if (outcome.type === 'refused' || outcome.type === 'unknown') {
      this.#avoided.set(client, Date.now() + between(this.#options.random, 0.5, 1) * AVOID_MS);
      await sleep(AFTER_REFUSAL_MS);
    }
    return operation;
  }

  #chooseClient(): StreamClient {
    const { random } = this.#options;
    const now = Date.now();
    const good = this.#clients.filter((client) => (this.#avoided.get(client) ?? 0) <= now);
    return pickOne(random, good.length > 0 ? good : this.#clients);
  }
}
