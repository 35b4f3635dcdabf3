import type { FaultAction, FaultMatch, FaultRule } from './fault-rule.js';
import { createSeededRandom } from './seeded-random.js';

/** What is known of a request when faults are decided. */
export interface FaultTarget {
  readonly verb: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly userAgent: string;
}

/** A fault that happened. */
export interface FaultRecord {
  /** Counts from 1, in the order in which faults fired. */
  readonly sequence: number;
  /** The number `add` returned for the rule. */
  readonly rule: number;
  readonly action: FaultAction['type'];
  readonly target: FaultTarget;
}

/** Newest records kept. */
const maxRecords = 10_000;

interface ActiveRule {
  readonly id: number;
  readonly rule: FaultRule;
  matched: number;
  fired: number;
}

/**
 * The faults of a server. Rules are tried in the order they were added. The same rules, seed and sequence of requests
 * give the same faults.
 *
 * Source: fault-actions, fault-seed.
 *
 * @example
 * server.faults.add({ match: { verb: 'update' }, times: 1, action: { type: 'conflict' } });
 */
export class Faults {
  readonly #random: () => number;
  readonly #rules: ActiveRule[] = [];
  readonly #journal: FaultRecord[] = [];
  #lastId = 0;
  #sequence = 0;

  constructor(seed = 1) {
    this.#random = createSeededRandom(seed);
  }

  /** Adds a fault and returns the number it goes by in the journal. */
  add(rule: FaultRule): number {
    this.#lastId += 1;
    this.#rules.push({ id: this.#lastId, rule, matched: 0, fired: 0 });
    return this.#lastId;
  }

  /** Takes a fault away; says whether it was there. */
  remove(id: number): boolean {
    const index = this.#rules.findIndex((rule) => rule.id === id);
    if (index >= 0) this.#rules.splice(index, 1);
    return index >= 0;
  }

  /** Takes all faults away. The journal stays. */
  clear(): void {
    this.#rules.length = 0;
  }

  /** What fired so far, oldest first; at most the last 10,000. */
  get journal(): readonly FaultRecord[] {
    return this.#journal;
  }

  /** Whether there is no fault at all. */
  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  /** What shall go wrong with a request: latencies, as many as you like, then at most one other action. */
  decide(target: FaultTarget): readonly FaultAction[] {
    const actions: FaultAction[] = [];
    for (const active of this.#rules) {
      if (!this.#fires(active, target)) continue;
      this.#record(active, target);
      actions.push(active.rule.action);
      if (active.rule.action.type !== 'latency') break;
    }
    return actions;
  }

  #fires(active: ActiveRule, target: FaultTarget): boolean {
    const { match, after = 0, times = Infinity, probability = 1 } = active.rule;
    if (active.fired >= times || !matches(match, target)) return false;
    active.matched += 1;
    if (active.matched <= after) return false;
    if (probability < 1 && this.#random() >= probability) return false;
    active.fired += 1;
    return true;
  }

  #record({ id, rule }: ActiveRule, target: FaultTarget): void {
    this.#sequence += 1;
    const action = rule.action.type;
    this.#journal.push({ sequence: this.#sequence, rule: id, action, target });
    if (this.#journal.length > maxRecords) this.#journal.shift();
  }
}

function matches(match: FaultMatch | undefined, target: FaultTarget): boolean {
  if (match === undefined) return true;
  const { userAgent, ...fields } = match;
  if (userAgent !== undefined && !target.userAgent.startsWith(userAgent)) return false;
  return Object.entries(fields).every(
    ([field, value]) => target[field as keyof Omit<FaultMatch, 'userAgent'>] === value, // The keys of a match.
  );
}
