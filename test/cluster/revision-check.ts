/**
 * What revisions add to linearizability: all objects share one counter, so writes, reads, lists and events of all of them
 * can be held against one another.
 */
import {
  describeOperation,
  describeVersion,
  writerOf,
  type ListReading,
  type Operation,
  type Version,
} from './operation.js';
import { Replay, type SeenEvent } from './watch-check.js';

/** Everything that was noted down. */
export interface Recording {
  readonly operations: readonly Operation[];
  readonly lists: readonly ListReading[];
  /** What all watchers saw, complete up to `untilRv`. */
  readonly history: readonly SeenEvent[];
  readonly untilRv: number;
}

/** What does not fit together, one line each; empty when all is well. */
export function checkRevisions(recording: Recording): string[] {
  const events = new EventIndex(recording.history);
  return [
    ...recording.operations.flatMap((operation) => checkEffect(operation, events)),
    ...checkExplained(recording, events),
    ...checkRealTime(recording, events),
    ...checkLists(recording),
  ];
}

/** Events by what they tell. */
class EventIndex {
  /** The event that brought a write's id in; writes write once. */
  readonly byWriter = new Map<string, SeenEvent>();
  readonly byRv = new Map<number, SeenEvent>();
  readonly deletes = new Map<string, SeenEvent>();

  constructor(history: readonly SeenEvent[]) {
    const before = new Map<string, Version>();
    for (const event of history) {
      const { type, key, version } = event;
      this.byRv.set(version.rv, event);
      const writer = authorOf(version, type === 'ADDED' ? undefined : before.get(key));
      if (type === 'DELETED') this.deletes.set(version.uid, event);
      else if (!this.byWriter.has(writer)) this.byWriter.set(writer, event);
      before.set(key, version);
    }
  }
}

/** The write that made a version out of the one before. */
function authorOf(version: Version, before: Version | undefined): string {
  return before?.put === version.put ? version.patch : version.put;
}

/** An acknowledged write has its event, one that was refused has none. */
function checkEffect(operation: Operation, events: EventIndex): string[] {
  const { request, outcome, key } = operation;
  const writer = writerOf(request);
  const event = writer === undefined ? undefined : events.byWriter.get(writer);
  switch (outcome.type) {
    case 'ok': {
      const found = events.byRv.get(outcome.version.rv);
      if (found === undefined) return [`no event: ${describeOperation(operation)}`];
      const same =
        found.key === key && describeVersion(found.version) === describeVersion(outcome.version);
      const mine = writer === undefined || found === event;
      return same && mine && found.type !== 'DELETED'
        ? []
        : [`another event at its revision: ${describeOperation(operation)}; ${show(found)}`];
    }
    case 'deleted': {
      const gone = outcome.uid === undefined ? undefined : events.deletes.get(outcome.uid);
      return gone?.key === key ? [] : [`no event: ${describeOperation(operation)}`];
    }
    case 'unknown':
      return [];
    case 'refused':
    case 'NotFound':
    case 'Conflict':
    case 'AlreadyExists':
      return event === undefined
        ? []
        : [`took effect after all: ${describeOperation(operation)}; ${show(event)}`];
  }
}

/** Every event is the work of exactly one operation that may have done it. */
function checkExplained({ operations, history }: Recording, events: EventIndex): string[] {
  const byWriter = new Map<string, Operation>();
  const deletesOf = new Map<string, Operation[]>();
  for (const operation of operations) {
    const writer = writerOf(operation.request);
    if (writer !== undefined) byWriter.set(writer, operation);
    if (operation.request.type !== 'delete') continue;
    if (operation.outcome.type !== 'deleted' && operation.outcome.type !== 'unknown') continue;
    const ofKey = deletesOf.get(operation.key);
    if (ofKey === undefined) deletesOf.set(operation.key, [operation]);
    else ofKey.push(operation);
  }
  const problems: string[] = [];
  const writers = new Map([...events.byWriter].map(([writer, event]) => [event, writer]));
  for (const event of history) {
    if (event.type === 'DELETED') {
      const able = (deletesOf.get(event.key) ?? []).filter((one) => mayHaveDeleted(one, event));
      const sure = able.filter(({ outcome }) => outcome.type === 'deleted');
      if (able.length === 0) problems.push(`nobody did this: ${show(event)}`);
      if (sure.length > 1) {
        problems.push(`deleted twice: ${show(event)}; ${sure.map(describeOperation).join('; ')}`);
      }
      continue;
    }
    const operation = byWriter.get(writers.get(event) ?? '');
    if (operation === undefined) problems.push(`nobody did this, or again: ${show(event)}`);
    else if (operation.key !== event.key || operation.invoked > event.seen) {
      problems.push(`${show(event)} is not what was done: ${describeOperation(operation)}`);
    }
  }
  return problems;
}

function mayHaveDeleted({ request, outcome, invoked }: Operation, event: SeenEvent): boolean {
  if (request.type !== 'delete' || invoked > event.seen) return false;
  if (outcome.type === 'deleted' && outcome.uid !== undefined) {
    return outcome.uid === event.version.uid;
  }
  return request.expectedUid === undefined || request.expectedUid === event.version.uid;
}

/**
 * Revisions follow time: what begins after something was known is newer than it. A write gets a higher revision than
 * everything that was answered or seen before it was sent, a consistent list is at least as new, and a consistent read
 * shows its object at least as new as anything that was told about it.
 */
function checkRealTime({ operations, lists, history }: Recording, events: EventIndex): string[] {
  const facts: Fact[] = history.map(({ key, version, seen }) => ({ key, rv: version.rv, seen }));
  const claims: Claim[] = [];
  for (const operation of operations) {
    const event = effectOf(operation, events);
    const { key, invoked, returned, request } = operation;
    const what = (): string => describeOperation(operation);
    if (event !== undefined) {
      const { rv } = event.version;
      facts.push({ key, rv, seen: returned });
      claims.push({ type: request.type === 'read' ? 'read' : 'write', key, rv, invoked, what });
    }
  }
  for (const list of lists) {
    const what = (): string => `list by ${list.by} at ${list.rv}, sent at ${list.invoked}`;
    facts.push({ key: undefined, rv: list.rv, seen: list.returned });
    if (list.consistent) claims.push({ type: 'list', ...list, key: undefined, what });
  }
  return violatedClaims(facts, claims);
}

/** The event an operation made or read. */
function effectOf({ request, outcome }: Operation, events: EventIndex): SeenEvent | undefined {
  if (outcome.type === 'ok') return events.byRv.get(outcome.version.rv);
  if (outcome.type === 'deleted') return events.deletes.get(outcome.uid ?? '');
  const writer = writerOf(request);
  return outcome.type === 'unknown' && writer !== undefined
    ? events.byWriter.get(writer)
    : undefined;
}

/** From a tick on it is known that a revision exists, perhaps as one of an object. */
interface Fact {
  readonly key: string | undefined;
  readonly rv: number;
  readonly seen: number;
}

/** What was sent at a tick came by a revision, which must not be older than what was known then. */
interface Claim {
  readonly type: 'write' | 'read' | 'list';
  readonly key: string | undefined;
  readonly rv: number;
  readonly invoked: number;
  readonly what: () => string;
}

function violatedClaims(facts: readonly Fact[], claims: readonly Claim[]): string[] {
  const known = facts.filter(({ seen }) => seen !== Infinity).sort((a, b) => a.seen - b.seen);
  const newestOf = new Map<string, number>();
  const problems: string[] = [];
  let newest = 0;
  let position = 0;
  for (const { type, key, rv, invoked, what } of [...claims].sort(
    (a, b) => a.invoked - b.invoked,
  )) {
    for (;;) {
      const fact = known[position];
      if (fact === undefined || fact.seen >= invoked) break;
      position++;
      newest = Math.max(newest, fact.rv);
      if (fact.key !== undefined) {
        newestOf.set(fact.key, Math.max(newestOf.get(fact.key) ?? 0, fact.rv));
      }
    }
    const floor = type === 'read' ? (newestOf.get(key ?? '') ?? 0) : newest;
    if (type === 'write' ? rv <= floor : rv < floor) {
      problems.push(`${floor} was known before: ${what()}`);
    }
  }
  return problems;
}

/** A list shows what there was at its revision, all of it and nothing else. */
function checkLists({ lists, history, untilRv }: Recording): string[] {
  const replay = new Replay(history);
  return [...lists]
    .sort((a, b) => a.rv - b.rv)
    .flatMap((list) => {
      const name = `list by ${list.by} at ${list.rv}`;
      if (list.rv < list.notOlderThan) return [`${name} is older than ${list.notOlderThan}`];
      if (list.rv > untilRv) return [];
      const expected = showObjects(replay.at(list.rv));
      const actual = showObjects(list.items);
      return expected === actual ? [] : [`${name} shows ${actual}, but there was ${expected}`];
    });
}

function showObjects(objects: ReadonlyMap<string, Version>): string {
  return [...objects]
    .map(([key, version]) => `${key}: ${describeVersion(version)}`)
    .sort()
    .join(', ');
}

function show({ type, key, version, seen }: SeenEvent): string {
  return `${type} ${key} ${describeVersion(version)}, seen at ${seen}`;
}

/**
 * Tells what became of writes whose answers are missing, from the complete history: one that is in it happened before it
 * was first seen, one that is not never did. Deletes leave no id; of them those are left out that nothing was deleted by.
 */
export function settleUnknown({ operations, history }: Recording): Operation[] {
  const events = new EventIndex(history);
  const deletes = history.filter(({ type }) => type === 'DELETED');
  return operations.flatMap((operation): Operation[] => {
    const { request, outcome, key } = operation;
    if (outcome.type !== 'unknown') return [operation];
    if (request.type === 'delete') {
      const possible = deletes.some(
        (event) => event.key === key && mayHaveDeleted(operation, event),
      );
      return possible ? [operation] : [];
    }
    const writer = writerOf(request);
    const event = writer === undefined ? undefined : events.byWriter.get(writer);
    if (event === undefined) return [];
    return [
      { ...operation, outcome: { type: 'ok', version: event.version }, returned: event.seen },
    ];
  });
}
