/** A run: clients work on few objects through all servers, processes die under them, and at the end everything is held
 * against what was acknowledged. */
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeFetch } from '@imagestream/client/node';
import type { FetchFunction } from '@imagestream/client';
import {
  disturb,
  outage,
  strikeLinks,
  strikeProcesses,
  Turns,
  type Trouble,
  type Victim,
} from './faults.js';
import { Follower } from './follow-streams.js';
import { judge, type Findings } from './judge.js';
import type { LossyLink } from './lossy-link.js';
import { probeOutage, type OutageAnswer } from './probe-outage.js';
import { Recorder } from './recorder.js';
import { READY_WITHIN_MS, waitUntilHealthy, type Replica } from './replicas.js';
import { pickOne, seededRandom, shuffle, type Random } from './seeded-random.js';
import { PATIENCE_MS, StreamClient } from './stream-client.js';
import { runWorkload } from './workload.js';

/** What a run is made on. */
export interface Stage {
  readonly replicas: readonly Replica[];
  /** The members of the store, none when it has no processes of its own. */
  readonly members: readonly Victim[];
  readonly leader?: () => Promise<Victim | undefined>;
  /** The connections of each server to the members. */
  readonly links?: readonly (readonly LossyLink[])[];
}

/** How a run goes. */
export interface ChaosOptions {
  readonly seed: number;
  /** How long clients work. */
  readonly loadMs: number;
  readonly workers?: number;
  readonly objects?: number;
  /** The longest pause of a worker between operations. */
  readonly pauseMs?: number;
  /** The longest time a process stands still. */
  readonly maxFreezeMs?: number;
  readonly log: (line: string) => void;
}

/** What a run found. */
export interface ChaosReport extends Findings {
  readonly seed: number;
  readonly faults: readonly string[];
  /** How often another member was found leading. */
  readonly failovers: number;
  readonly outageAnswers: readonly OutageAnswer[];
  readonly recorder: Recorder;
  /** Watchers compared, and events each of those that ran from the beginning saw. */
  readonly watchers: number;
  readonly events: number;
}

/** How long watchers get to see the last change. */
const CATCH_UP_MS = 30_000;
/** Requests that nobody waits for any more are over by then: servers try that long. */
const SETTLE_MS = 3_000;

/** Makes a run. Rejects when it cannot be made; what it finds wrong is in the report. */
export async function runChaos(stage: Stage, options: ChaosOptions): Promise<ChaosReport> {
  const run = new Run(stage, options);
  try {
    return await run.make();
  } finally {
    run.end();
  }
}

class Run {
  readonly #stage: Stage;
  readonly #options: ChaosOptions;
  readonly #recorder = new Recorder();
  readonly #random: Random;
  readonly #watching = new AbortController();
  readonly #followers: Follower[] = [];
  /** One for each server. */
  readonly #clients: readonly StreamClient[];
  /** Goes to another server with every request. */
  readonly #wanderer: StreamClient;
  /** The same again, with patience. */
  readonly #patient: readonly StreamClient[];
  readonly #faults: string[] = [];
  readonly #startedMs = Date.now();
  #failovers = 0;
  #leader: Victim | undefined;

  constructor(stage: Stage, options: ChaosOptions) {
    this.#stage = stage;
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#clients = this.#connect(PATIENCE_MS.impatient);
    this.#wanderer = this.#connectToAny(PATIENCE_MS.impatient);
    const { patient } = PATIENCE_MS;
    this.#patient = [...this.#connect(patient), this.#connectToAny(patient)];
  }

  #connect(timeoutMs: number): StreamClient[] {
    return this.#stage.replicas.map(
      ({ name, url }) => new StreamClient({ recorder: this.#recorder, name, url, timeoutMs }),
    );
  }

  #connectToAny(timeoutMs: number): StreamClient {
    const urls = this.#stage.replicas.map(({ url }) => url);
    const fetch = wanderingFetch(urls, this.#fork());
    const url = urls[0] ?? '';
    return new StreamClient({ recorder: this.#recorder, name: 'any', url, timeoutMs, fetch });
  }

  async make(): Promise<ChaosReport> {
    await this.#startWatching();
    const load = new AbortController();
    const impatient = [...this.#clients, this.#wanderer];
    const work = runWorkload({
      random: this.#fork(),
      clients: Array.from({ length: this.#options.workers ?? 10 }, (_, n) =>
        n % 2 === 0 ? impatient : this.#patient,
      ),
      keys: Array.from({ length: this.#options.objects ?? 12 }, (_, n) => `s${n}`),
      signal: load.signal,
      pauseMs: this.#options.pauseMs ?? 40,
    });
    let outageAnswers: readonly OutageAnswer[];
    try {
      outageAnswers = await this.#disturb();
    } finally {
      load.abort();
      await work;
    }
    return this.#conclude(outageAnswers);
  }

  /** Ends what runs. */
  end(): void {
    this.#watching.abort();
    for (const client of [...this.#clients, this.#wanderer, ...this.#patient]) client.close();
  }

  /** Numbers of its own for each part, so that none depends on how quick another one is. */
  #fork(): Random {
    return seededRandom(Math.floor(this.#random() * 2 ** 32));
  }

  async #startWatching(): Promise<void> {
    const [first] = this.#clients;
    await first?.list('start');
    const start = this.#recorder.lists.at(-1)?.rv;
    if (start === undefined) throw new Error('the streams cannot be listed');
    for (const streamClient of [...this.#clients, this.#wanderer]) {
      this.#follow(streamClient, (options) => Follower.watch(options, start));
    }
  }

  #follow(
    { name, client }: StreamClient,
    begin: (options: Parameters<typeof Follower.sync>[0]) => Follower,
  ): void {
    const { signal } = this.#watching;
    const number = this.#followers.length + 1;
    const follower = begin({
      name: `watcher ${number} at ${name}`,
      client,
      recorder: this.#recorder,
      signal,
    });
    this.#followers.push(follower);
  }

  /** Hurts members and servers until the time is over, with one outage in the middle. */
  async #disturb(): Promise<readonly OutageAnswer[]> {
    const { loadMs } = this.#options;
    const over = new AbortController();
    const troubles = this.#troubles();
    const running = troubles.map((trouble) => disturb(trouble, over.signal));
    const plan = async (): Promise<readonly OutageAnswer[]> => {
      await sleep(loadMs / 3);
      for (const client of this.#clients) this.#follow(client, (o) => Follower.sync(o));
      await sleep(loadMs / 6);
      const answers = await takeAllTurns(
        troubles.map(({ turns }) => turns),
        () => this.#majorityOutage(),
      );
      await sleep(loadMs / 4);
      this.#follow(this.#wanderer, (o) => Follower.sync(o));
      await sleep(loadMs / 4);
      return answers;
    };
    const planned = plan().finally(() => over.abort());
    const [answers] = await Promise.all([planned, ...running.map((part) => failFast(part, over))]);
    return answers;
  }

  #troubles(): Trouble[] {
    const { members, replicas, links = [] } = this.#stage;
    const { maxFreezeMs: maxMs = 8_000 } = this.#options;
    const note = (fault: string): void => this.#note(fault);
    const chief = (): Promise<Victim | undefined> => this.#findLeader();
    const make = (strike: (random: Random) => Promise<void>): Trouble => {
      const random = this.#fork();
      return { random, turns: new Turns(), strike: () => strike(random) };
    };
    const others = Math.max(1, replicas.length - 1);
    const minority = Math.floor((members.length - 1) / 2);
    return [
      make((random) =>
        strikeProcesses({
          name: 'server',
          victims: replicas,
          maxAway: others,
          random,
          maxMs,
          note,
        }),
      ),
      ...(members.length === 0
        ? []
        : [
            make((random) =>
              strikeProcesses({
                name: 'etcd',
                victims: members,
                maxAway: minority,
                random,
                maxMs,
                note,
                chief,
              }),
            ),
          ]),
      ...(links.length === 0
        ? []
        : [make((random) => strikeLinks({ links, random, maxMs, note }))]),
    ];
  }

  async #findLeader(): Promise<Victim | undefined> {
    const leader = await this.#stage.leader?.();
    if (leader !== undefined && leader !== this.#leader) {
      if (this.#leader !== undefined) this.#failovers++;
      this.#leader = leader;
    }
    return leader;
  }

  async #majorityOutage(): Promise<readonly OutageAnswer[]> {
    const { members, replicas } = this.#stage;
    if (members.length === 0) return [];
    const random = this.#fork();
    const victims = shuffle(random, members).slice(0, Math.floor(members.length / 2) + 1);
    this.#note(`etcd: outage of ${victims.map(({ name }) => name).join(' and ')}`);
    let answers: readonly OutageAnswer[] = [];
    await outage(victims, random, async () => {
      answers = await probeOutage(replicas);
      await sleep(1_000);
    });
    this.#note('etcd: outage is over');
    await Promise.all(replicas.map((replica) => waitUntilHealthy(replica)));
    return answers;
  }

  #note(fault: string): void {
    const atSeconds = ((Date.now() - this.#startedMs) / 1000).toFixed(1);
    const line = `${atSeconds.padStart(6)} s  ${fault}`;
    this.#faults.push(line);
    this.#options.log(line);
  }

  /** Everybody is well again: one last change, which all watchers must see, and one last look through every server. */
  async #conclude(outageAnswers: readonly OutageAnswer[]): Promise<ChaosReport> {
    const { replicas } = this.#stage;
    await Promise.all(replicas.map((replica) => waitUntilHealthy(replica)));
    await sleep(SETTLE_MS);
    const untilRv = await this.#writeLast();
    const behind = await this.#waitForWatchers(untilRv);
    const before = this.#recorder.lists.length;
    for (const client of this.#clients) await client.list('end');
    const finalLists = this.#recorder.lists.slice(before);
    this.#watching.abort();
    await Promise.all(this.#followers.map(({ ended }) => ended));
    const findings = judge({
      recorder: this.#recorder,
      watchers: this.#followers,
      untilRv,
      finalLists,
      expectedFinalLists: this.#clients.length,
      further: [
        ...behind,
        ...replicas.flatMap(({ unexpectedEnd }) => unexpectedEnd ?? []),
        ...outageAnswers.flatMap(({ problem }) => problem ?? []),
      ],
    });
    return {
      ...findings,
      seed: this.#options.seed,
      faults: this.#faults,
      failovers: this.#failovers,
      outageAnswers,
      recorder: this.#recorder,
      watchers: this.#followers.length,
      events: this.#followers[0]?.events.length ?? 0,
    };
  }

  async #writeLast(): Promise<number> {
    const until = Date.now() + READY_WITHIN_MS;
    for (let attempt = 1; Date.now() < until; attempt++) {
      const client = pickOne(this.#random, this.#clients);
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

/** Runs work when it is nobody else's turn. */
function takeAllTurns<T>(all: readonly Turns[], work: () => Promise<T>): Promise<T> {
  return all.reduceRight<() => Promise<T>>((inner, turns) => () => turns.take(inner), work)();
}

/** Ends the run when one of its parts cannot go on. */
async function failFast(part: Promise<void>, over: AbortController): Promise<void> {
  try {
    await part;
  } catch (error) {
    over.abort();
    throw error;
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
