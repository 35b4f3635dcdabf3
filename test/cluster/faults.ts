/** What goes wrong in a run: processes that die, stand still and come back, as a seed says. */
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntilHealthy } from './replicas.js';
import { between, pickOne, pickWeighted, shuffle, type Random } from './seeded-random.js';

/** A process that things are done to. */
export interface Victim {
  readonly name: string;
  readonly output: string;
  start(): void;
  stop(signal: NodeJS.Signals): Promise<void>;
  signal(name: NodeJS.Signals): void;
  isHealthy(): Promise<boolean>;
}

/** `kill`: SIGKILL, and a new start. `freeze`: SIGSTOP, and SIGCONT. `restart`: SIGTERM, and a new start. */
export type FaultType = 'kill' | 'freeze' | 'restart';

/** A group of processes, and what may happen to it. */
export interface Track {
  readonly name: string;
  readonly victims: readonly Victim[];
  readonly random: Random;
  /** How many may be away at a time. */
  readonly maxAway: number;
  /** The longest time a process stands still. */
  readonly maxFreezeMs: number;
  /** The one that matters most now, which is hit every other time. */
  readonly chief?: () => Promise<Victim | undefined>;
  /** Told what happens. */
  readonly note: (fault: string) => void;
}

const minFreezeMs = 500;

/**
 * Does one thing after another to a group until the signal aborts, each in its turn, and leaves it well. Rejects when a
 * process does not come back.
 */
export async function disturb(
  track: Track,
  { signal, turns }: { readonly signal: AbortSignal; readonly turns: Turns },
): Promise<void> {
  const { random } = track;
  while (!signal.aborted) {
    await sleep(between(random, 200, 1_500));
    if (signal.aborted) return;
    await turns.take(async () => {
      const victims = await chooseVictims(track);
      await Promise.all(victims.map((victim) => hit(track, victim)));
    });
  }
}

/** Lets one thing happen at a time. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs work when all that came before has ended, however it ended. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work);
    // Whoever waits for the work hears of its failure.
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}

async function chooseVictims({ victims, random, maxAway, chief }: Track): Promise<Victim[]> {
  const wantsChief = random() < 0.5;
  const count = random() < 0.3 ? maxAway : 1;
  const shuffled = shuffle(random, victims);
  const found = wantsChief ? await chief?.() : undefined;
  const ordered = found === undefined ? shuffled : [found, ...shuffled.filter((v) => v !== found)];
  return ordered.slice(0, Math.min(count, maxAway));
}

async function hit(
  { name, random, maxFreezeMs, chief, note }: Track,
  victim: Victim,
): Promise<void> {
  const type = pickWeighted<FaultType>(random, [
    [2, 'kill'],
    [2, 'freeze'],
    [1, 'restart'],
  ]);
  // Mostly short, sometimes long.
  const awayMs = minFreezeMs + (maxFreezeMs - minFreezeMs) * random() ** 2;
  const isChief = (await chief?.()) === victim;
  note(
    `${name}: ${type}${isChief ? ' the leader' : ''} ${victim.name} for ${Math.round(awayMs)} ms`,
  );
  switch (type) {
    case 'freeze':
      victim.signal('SIGSTOP');
      await sleep(awayMs);
      victim.signal('SIGCONT');
      break;
    case 'kill':
      await victim.stop('SIGKILL');
      await sleep(awayMs / 2);
      victim.start();
      break;
    case 'restart':
      await victim.stop('SIGTERM');
      victim.start();
  }
  await waitUntilHealthy(victim);
}

/** Kills some processes for a while at once; `meanwhile` runs when they are away. Leaves them well. */
export async function outage(
  victims: readonly Victim[],
  random: Random,
  meanwhile: () => Promise<void>,
): Promise<void> {
  const type = pickOne(random, ['kill', 'freeze'] as const);
  for (const victim of victims) {
    if (type === 'kill') await victim.stop('SIGKILL');
    else victim.signal('SIGSTOP');
  }
  try {
    await meanwhile();
  } finally {
    for (const victim of victims) {
      if (type === 'kill') victim.start();
      else victim.signal('SIGCONT');
    }
  }
  for (const victim of victims) await waitUntilHealthy(victim);
}
