/** Whether watchers that were anywhere, cut off and sent elsewhere, saw the one history there is. */
import { describeVersion, type Version } from './operation.js';

/** A change as a watcher saw it. */
export interface SeenEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly key: string;
  /** Of a delete: what the object was last, under the revision of the delete. */
  readonly version: Version;
  /** Tells two contents apart, the parts included that `version` leaves out. */
  readonly digest: string;
  /** A tick of the clock of the operations. */
  readonly seen: number;
}

/** What one watcher saw. */
export interface WatcherLog {
  readonly name: string;
  /** It was asked for what comes after this revision. */
  readonly afterRv: number;
  readonly events: readonly SeenEvent[];
  /** Why it ended before it was told to. */
  readonly failure?: string;
}

/** The history all watchers agree on, each event with the first moment anybody saw it, and what they do not agree on. */
export interface WatchReport {
  readonly history: readonly SeenEvent[];
  readonly problems: readonly string[];
}

/**
 * Compares watchers that ran until they had seen `untilRv`. Each must have seen the same events in the same order, from
 * where it began, without a gap or a repeat; and the events must make sense, one after another.
 */
export function checkWatchers(watchers: readonly WatcherLog[], untilRv: number): WatchReport {
  const history = unite(watchers, untilRv);
  const problems = [
    ...watchers.flatMap((watcher) => checkWatcher(watcher, { history, untilRv })),
    ...checkSequence(history),
  ];
  return { history, problems };
}

/** Everything anybody saw. What two saw differently appears twice, and is found by `checkWatcher`. */
function unite(watchers: readonly WatcherLog[], untilRv: number): SeenEvent[] {
  const known = new Map<string, SeenEvent>();
  for (const event of watchers.flatMap(({ events }) => events)) {
    const identity = identify(event);
    const before = known.get(identity);
    if (before === undefined || event.seen < before.seen) known.set(identity, event);
  }
  return [...known.values()]
    .filter(({ version }) => version.rv <= untilRv)
    .sort((a, b) => a.version.rv - b.version.rv);
}

function identify({ type, key, version, digest }: SeenEvent): string {
  return `${version.rv} ${type} ${key} ${describeVersion(version)} ${digest}`;
}

function checkWatcher(
  { name, afterRv, events, failure }: WatcherLog,
  { history, untilRv }: { readonly history: readonly SeenEvent[]; readonly untilRv: number },
): string[] {
  const problems = failure === undefined ? [] : [`${name} failed: ${failure}`];
  const expected = history.filter(({ version }) => version.rv > afterRv);
  const actual = events.filter(({ version }) => version.rv <= untilRv);
  const length = Math.max(expected.length, actual.length);
  for (let index = 0; index < length; index++) {
    const [wanted, got] = [expected[index], actual[index]];
    if (wanted !== undefined && got !== undefined && identify(wanted) === identify(got)) continue;
    // What follows is shifted as well: the first difference says it all.
    problems.push(
      `${name}, event ${index + 1} after ${afterRv}: saw ${show(got)} instead of ${show(wanted)}`,
    );
    break;
  }
  return problems;
}

function show(event: SeenEvent | undefined): string {
  return event === undefined ? 'nothing more' : identify(event);
}

/** Each revision once, and each event fits what its object was. */
function checkSequence(history: readonly SeenEvent[]): string[] {
  const objects = new Map<string, Version>();
  const uids = new Map<string, string>();
  const problems: string[] = [];
  let last = 0;
  for (const event of history) {
    const { type, key, version } = event;
    if (version.rv <= last) problems.push(`two events of one revision: ${show(event)}`);
    last = version.rv;
    const before = objects.get(key);
    if ((type === 'ADDED') !== (before === undefined)) {
      problems.push(`${show(event)} comes when ${key} is ${before ? 'there' : 'absent'}`);
    }
    if (before !== undefined && before.uid !== version.uid) {
      problems.push(`${show(event)} has another uid than ${describeVersion(before)}`);
    }
    if (type === 'ADDED' && uids.has(version.uid)) {
      problems.push(`${show(event)} has the uid of an object deleted before`);
    }
    uids.set(version.uid, key);
    if (type === 'DELETED') objects.delete(key);
    else objects.set(key, version);
  }
  return problems;
}

/** The objects as they were at moments of a history, asked for in any order. */
export class Replay {
  readonly #history: readonly SeenEvent[];
  #position = 0;
  #objects = new Map<string, Version>();

  constructor(history: readonly SeenEvent[]) {
    this.#history = history;
  }

  /** What there was at a revision. Cheap when revisions are asked for in rising order. */
  at(rv: number): ReadonlyMap<string, Version> {
    const reached = this.#history[this.#position - 1]?.version.rv ?? 0;
    if (reached > rv) {
      this.#position = 0;
      this.#objects = new Map();
    }
    for (;;) {
      const event = this.#history[this.#position];
      if (event === undefined || event.version.rv > rv) return this.#objects;
      this.#position++;
      if (event.type === 'DELETED') this.#objects.delete(event.key);
      else this.#objects.set(event.key, event.version);
    }
  }
}
