/** What goes wrong in a run, as a seed says: processes die, stand still and come back, connections lose what they carry. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LinkTrouble, LossyLink } from './lossy-link.js';
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

/** One kind of trouble. */
export interface Trouble {
  readonly random: Random;
  readonly turns: Turns;
  /** Makes it happen once, and resolves when all is well again. */
  readonly strike: () => Promise<void>;
}

/** Lets trouble happen again and again until the signal aborts. Rejects when what it hit does not become well again. */
export async function disturb(
  { random, turns, strike }: Trouble,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await sleep(between(random, 200, 1_500));
    if (signal.aborted) return;
    await turns.take(strike);
  }
}

/** How long something is away. */
export interface Severity {
  readonly random: Random;
  readonly maxMs: number;
}

const minAwayMs = 500;

/** In this time it shows which connection is used. */
const BUSY_MS = 100;

/** Mostly short, sometimes long. */
function chooseAwayMs({ random, maxMs }: Severity): number {
  return Math.round(minAwayMs + (maxMs - minAwayMs) * random() ** 2);
}

/** A group of processes, and what may happen to it. */
export interface ProcessGroup extends Severity {
  readonly name: string;
  readonly victims: readonly Victim[];
  /** How many may be away at a time. */
  readonly maxAway: number;
  /** The one that matters most now, which is hit every other time. */
  readonly chief?: () => Promise<Victim | undefined>;
  /** Told what happens. */
  readonly note: (fault: string) => void;
}

/** Kills, stops or restarts one or some of a group. */
export async function strikeProcesses(group: ProcessGroup): Promise<void> {
  const victims = await chooseVictims(group);
  await Promise.all(victims.map((victim) => hit(group, victim)));
}

async function chooseVictims(group: ProcessGroup): Promise<Victim[]> {
  const { victims, random, maxAway, chief } = group;
  const wantsChief = random() < 0.5;
  const count = random() < 0.3 ? maxAway : 1;
  const shuffled = shuffle(random, victims);
  const found = wantsChief ? await chief?.() : undefined;
  const ordered = found === undefined ? shuffled : [found, ...shuffled.filter((v) => v !== found)];
  return ordered.slice(0, Math.min(count, maxAway));
}

async function hit(group: ProcessGroup, victim: Victim): Promise<void> {
  const { name, random, chief, note } = group;
  const type = pickWeighted(random, [
    [2, 'kill'],
    [2, 'freeze'],
    [1, 'restart'],
  ] as const);
  const awayMs = chooseAwayMs(group);
  const isChief = (await chief?.()) === victim;
  note(`${name}: ${type}${isChief ? ' the leader' : ''} ${victim.name} for ${awayMs} ms`);
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

/** The connections of one process to others. */
export interface LinkGroup extends Severity {
  /** One list for each process that has them. */
  readonly links: readonly (readonly LossyLink[])[];
  readonly note: (fault: string) => void;
}

/** The members of the store, and the connections of the others to each of them. */
export interface PeerGroup extends Severity {
  readonly members: readonly Victim[];
  /** In the order of the members. */
  readonly peerLinks: readonly LossyLink[];
  readonly chief?: () => Promise<Victim | undefined>;
  readonly note: (fault: string) => void;
}

/** Breaks, deafens or delays the connections of one process: all of them, or the one it uses. */
export async function strikeLinks(group: LinkGroup): Promise<void> {
  const { links, random, note } = group;
  const index = Math.floor(random() * links.length);
  const all = links[index] ?? [];
  const hitLinks = random() < 0.3 ? all : await findBusiest(all);
  const what = `${hitLinks.length === all.length ? 'all connections' : 'the busiest connection'} of server-${index} to etcd`;
  await trouble(hitLinks, { what, random, note, awayMs: chooseAwayMs(group) });
}

/**
 * Breaks, deafens or delays what the other members send to one, or ask it for; what it sends to them of itself gets through, so
 * that it is half cut off. Resolves when it is well again.
 */
export async function strikePeers(group: PeerGroup): Promise<void> {
  const { members, peerLinks, random, chief, note } = group;
  const found = random() < 0.5 ? await chief?.() : undefined;
  const victim = found ?? pickOne(random, members);
  const link = peerLinks[members.indexOf(victim)];
  if (link === undefined) return;
  const what = `the connections of other members to ${victim.name}${found === undefined ? '' : ', the leader,'}`;
  await trouble([link], { what, random, note, awayMs: chooseAwayMs(group) });
  await waitUntilHealthy(victim);
}

async function trouble(
  links: readonly LossyLink[],
  {
    what,
    random,
    note,
    awayMs,
  }: {
    readonly what: string;
    readonly random: Random;
    readonly note: (fault: string) => void;
    readonly awayMs: number;
  },
): Promise<void> {
  const type = pickOne<LinkTrouble | 'cut'>(random, ['cut', 'answersLost', 'requestsLate']);
  if (type === 'cut') {
    note(`link: cut ${what}`);
    for (const link of links) link.cut();
    return;
  }
  note(`link: ${type} on ${what} for ${awayMs} ms`);
  for (const link of links) link.begin(type);
  await sleep(awayMs);
  for (const link of links) link.end();
}

/** The link over which most is sent right now. */
async function findBusiest(links: readonly LossyLink[]): Promise<LossyLink[]> {
  const before = links.map(({ carried }) => carried);
  await sleep(BUSY_MS);
  const sent = links.map(({ carried }, n) => carried - (before[n] ?? 0));
  const busiest = links[sent.indexOf(Math.max(...sent))];
  return busiest === undefined ? [] : [busiest];
}

/** Takes some processes away at once; `meanwhile` runs when they are away. Leaves them well. */
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
