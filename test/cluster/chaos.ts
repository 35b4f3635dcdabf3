/**
 * A run: clients work on few objects through all servers, processes and connections die under them, and at the end everything
 * is held against what was acknowledged.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  disturb,
  outage,
  strikeLinks,
  strikePeers,
  strikeProcesses,
  Turns,
  type Trouble,
  type Victim,
} from './faults.js';
import type { Findings } from './judge.js';
import type { LossyLink } from './lossy-link.js';
import { ObservedNamespace } from './observed-namespace.js';
import { probeOutage, type OutageAnswer } from './probe-outage.js';
import type { Recorder } from './recorder.js';
import { waitUntilHealthy, type Replica } from './replicas.js';
import { seededRandom, shuffle, type Random } from './seeded-random.js';
import { BUSY_NAMESPACE, QUIET_NAMESPACE } from './stream-client.js';
import { runWorkload } from './workload.js';

/** What a run is made on. */
export interface Stage {
  readonly replicas: readonly Replica[];
  /** The members of the store, none when it has no processes of its own. */
  readonly members: readonly Victim[];
  readonly leader?: () => Promise<Victim | undefined>;
  /** The connections of each server to the members. */
  readonly links?: readonly (readonly LossyLink[])[];
  /** The connections of the other members to each of them, in their order. */
  readonly peerLinks?: readonly LossyLink[];
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
  /** What clients did where they worked. */
  readonly recorder: Recorder;
  /** Watchers compared, and events those of them saw that ran from the beginning. */
  readonly watchers: number;
  readonly events: number;
}

/** Longer than the pauses between changes, shorter than servers stay stopped. */
const BUSY_IDLE_MS = 3_000;
const QUIET_IDLE_MS = 240_000;
/** Often enough for watchers to stay within the five minutes of history that is kept. */
const QUIET_CHANGE_EVERY_MS = 60_000;

/** So long that servers, which wait three seconds for a member, have tried another one when a late request arrives. */
const MIN_MAX_LATE_MS = 7_000;

/** By then servers have come to an end with what nobody waits for any more: nothing stands in their way. */
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
  readonly #random: Random;
  readonly #busy: ObservedNamespace;
  readonly #quiet: ObservedNamespace;
  readonly #faults: string[] = [];
  readonly #startedMs = Date.now();
  #failovers = 0;
  #leader: Victim | undefined;

  constructor(stage: Stage, options: ChaosOptions) {
    this.#stage = stage;
    this.#options = options;
    this.#random = seededRandom(options.seed);
    const observe = (namespace: string, idleTimeoutMs: number): ObservedNamespace =>
      new ObservedNamespace({
        namespace,
        servers: stage.replicas,
        random: this.#fork(),
        idleTimeoutMs,
      });
    this.#busy = observe(BUSY_NAMESPACE, BUSY_IDLE_MS);
    this.#quiet = observe(QUIET_NAMESPACE, QUIET_IDLE_MS);
  }

  async make(): Promise<ChaosReport> {
    await this.#busy.watchFromNow();
    await this.#quiet.watchFromNow();
    const { workers = 10, objects = 12, pauseMs = 40 } = this.#options;
    const { patient, impatient } = this.#busy;
    const load = new AbortController();
    const work = runWorkload({
      random: this.#fork(),
      clients: Array.from({ length: workers }, (_, n) => (n % 2 === 0 ? impatient : patient)),
      keys: Array.from({ length: objects }, (_, n) => `s${n}`),
      signal: load.signal,
      pauseMs,
    });
    const quietWork = this.#changeQuietly(load.signal);
    let outageAnswers: readonly OutageAnswer[];
    try {
      outageAnswers = await this.#disturb();
    } finally {
      load.abort();
      await Promise.all([work, quietWork]);
    }
    return this.#conclude(outageAnswers);
  }

  /** Ends what runs. */
  end(): void {
    this.#busy.close();
    this.#quiet.close();
  }

  /** Numbers of its own for each part, so that none depends on how quick another one is. */
  #fork(): Random {
    return seededRandom(Math.floor(this.#random() * 2 ** 32));
  }

  /** Now and then a change, so that watchers are not away for ever. */
  async #changeQuietly(signal: AbortSignal): Promise<void> {
    for (let n = 1; !signal.aborted; n++) {
      const any = this.#quiet.patient.at(-1);
      await any?.perform('quiet', 'q', { type: 'create', put: `quiet-${n}` });
      await any?.perform('quiet', 'q', { type: 'patch', patch: `quiet-${n}-changed` });
      // An end of the run before that is no failure.
      await sleep(QUIET_CHANGE_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Hurts members, servers and connections until the time is over, with one outage in the middle. */
  async #disturb(): Promise<readonly OutageAnswer[]> {
    const { loadMs } = this.#options;
    const over = new AbortController();
    const troubles = this.#troubles();
    const running = troubles.map((trouble) => disturb(trouble, over.signal));
    const plan = async (): Promise<readonly OutageAnswer[]> => {
      await sleep(loadMs / 3);
      this.#busy.join(this.#busy.impatient);
      await sleep(loadMs / 6);
      const answers = await takeAllTurns(
        troubles.map(({ turns }) => turns),
        () => this.#majorityOutage(),
      );
      await sleep(loadMs / 4);
      this.#busy.join(this.#busy.patient);
      await sleep(loadMs / 4);
      return answers;
    };
    const planned = plan().finally(() => over.abort());
    const [answers] = await Promise.all([planned, ...running.map((part) => failFast(part, over))]);
    return answers;
  }

  #troubles(): Trouble[] {
    const { members, replicas, links = [], peerLinks = [] } = this.#stage;
    const { maxFreezeMs: maxMs = 8_000 } = this.#options;
    const note = (fault: string): void => this.#note(fault);
    const chief = (): Promise<Victim | undefined> => this.#findLeader();
    const strikes: ((random: Random) => Promise<void>)[] = [];
    const servers = { victims: replicas, maxAway: Math.max(1, replicas.length - 1) };
    strikes.push((random) => strikeProcesses({ name: 'server', ...servers, random, maxMs, note }));
    if (members.length > 0) {
      // Never more than leave a majority.
      const etcd = { victims: members, maxAway: Math.floor((members.length - 1) / 2), chief };
      const peers = { members, peerLinks, chief };
      // In turns with each other: a member that is cut off counts as away.
      strikes.push((random) =>
        peerLinks.length > 0 && random() < 0.3
          ? strikePeers({ ...peers, random, maxMs, note })
          : strikeProcesses({ name: 'etcd', ...etcd, random, maxMs, note }),
      );
    }
    if (links.length > 0) {
      const lateMs = Math.max(maxMs, MIN_MAX_LATE_MS);
      strikes.push((random) => strikeLinks({ links, random, maxMs: lateMs, note }));
    }
    return strikes.map((strike) => {
      const random = this.#fork();
      return { random, turns: new Turns(), strike: () => strike(random) };
    });
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

  async #conclude(outageAnswers: readonly OutageAnswer[]): Promise<ChaosReport> {
    const { replicas } = this.#stage;
    await Promise.all(replicas.map((replica) => waitUntilHealthy(replica)));
    await sleep(SETTLE_MS);
    const inQuiet = await this.#quiet.conclude([]);
    const inBusy = await this.#busy.conclude([
      ...inQuiet.problems,
      ...replicas.flatMap(({ unexpectedEnd }) => unexpectedEnd ?? []),
      ...outageAnswers.flatMap(({ problem }) => problem ?? []),
    ]);
    return {
      ...inBusy,
      seed: this.#options.seed,
      faults: this.#faults,
      failovers: this.#failovers,
      outageAnswers,
      recorder: this.#busy.recorder,
      watchers: this.#busy.watchers.length + this.#quiet.watchers.length,
      events: this.#busy.watchers[0]?.events.length ?? 0,
    };
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
