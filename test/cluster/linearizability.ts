/**
 * Whether what clients saw of one object can be explained by operations that happened at once, each at some moment
 * between being sent and being answered. The search is Wing and Gong's, with the states that failed remembered (Lowe).
 */
import { describeOperation, type Operation } from './operation.js';
import { absent, applyOperation, stateKey, type RegisterState } from './register-model.js';

/** What came of a search. */
export type Verdict =
  /** `order`: one in which the operations may have happened; those without an answer that never did are left out. */
  | { readonly type: 'linearizable'; readonly order: readonly Operation[] }
  /** No order explains the answers. `excerpt` shows where the longest attempt ended. */
  | { readonly type: 'violation'; readonly key: string; readonly excerpt: string }
  /** Too much to search: nothing is proved either way. */
  | { readonly type: 'undecided'; readonly key: string; readonly states: number };

/** How much work a search may be. */
export interface SearchLimits {
  /** How many states are visited at most; default one million. */
  readonly maxStates?: number;
}

const defaultMaxStates = 1_000_000;
/** How many operations an excerpt shows before the point where it goes wrong, and at it. */
const shownBefore = 6;
const shownAfter = 12;

/** Checks every object on its own; the verdicts that are not good, empty when all is well. */
export function checkAllObjects(
  operations: readonly Operation[],
  limits: SearchLimits = {},
): Exclude<Verdict, { type: 'linearizable' }>[] {
  return [...groupByKey(operations).values()]
    .map((ofOne) => checkObject(ofOne, limits))
    .filter((verdict) => verdict.type !== 'linearizable');
}

/** What belongs to each object, in the order it came in. */
export function groupByKey<T extends { readonly key: string }>(
  all: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(one.key);
    if (group === undefined) groups.set(one.key, [one]);
    else group.push(one);
  }
  return groups;
}

/** Checks the operations on one object that did not exist before them. */
export function checkObject(
  operations: readonly Operation[],
  { maxStates = defaultMaxStates }: SearchLimits = {},
): Verdict {
  return new Search(operations, maxStates).run();
}

/** One operation that was put in order, and what else could have been there. */
interface Step {
  readonly state: RegisterState;
  readonly candidates: readonly Operation[];
  /** Which candidate is tried next. */
  next: number;
  /** The operation that led here; none at the beginning. */
  readonly by: Operation | undefined;
}

class Search {
  readonly #key: string;
  /** In the order they were sent: those with an answer, which must happen, and those without, which may. */
  readonly #answered: readonly Operation[];
  readonly #open: readonly Operation[];
  readonly #maxStates: number;
  readonly #done = new Set<Operation>();
  readonly #visited = new Set<string>();
  /** All answered operations before this one are done. */
  #first = 0;
  #deepest: { readonly done: readonly Operation[]; readonly state: RegisterState } = {
    done: [],
    state: absent,
  };

  constructor(operations: readonly Operation[], maxStates: number) {
    const sorted = operations
      .filter(({ outcome }) => outcome.type !== 'refused')
      .sort((a, b) => a.invoked - b.invoked);
    this.#key = sorted[0]?.key ?? '';
    this.#answered = sorted.filter(({ outcome }) => outcome.type !== 'unknown');
    this.#open = sorted.filter(
      ({ outcome, request }) => outcome.type === 'unknown' && request.type !== 'read',
    );
    this.#maxStates = maxStates;
  }

  run(): Verdict {
    const steps: Step[] = [this.#step(absent, undefined)];
    let answered = 0;
    for (let step = steps.at(-1); step !== undefined; step = steps.at(-1)) {
      if (answered === this.#answered.length) {
        return { type: 'linearizable', order: orderOf(steps) };
      }
      const operation = step.candidates[step.next++];
      if (operation === undefined) {
        this.#keepDeepest(steps);
        steps.pop();
        if (step.by !== undefined) answered -= this.#undo(step.by);
        continue;
      }
      const state = applyOperation(step.state, operation);
      if (state === undefined) continue;
      answered += this.#do(operation);
      if (this.#isKnown(state)) {
        answered -= this.#undo(operation);
        continue;
      }
      if (this.#visited.size > this.#maxStates) {
        return { type: 'undecided', key: this.#key, states: this.#visited.size };
      }
      steps.push(this.#step(state, operation));
    }
    return { type: 'violation', key: this.#key, excerpt: this.#excerpt() };
  }

  /** Whatever was sent before the first answer that is still due may be next. What needs no answer is tried last. */
  #step(state: RegisterState, by: Operation | undefined): Step {
    const { answered, due } = this.#nextAnswered();
    const open = this.#open.filter(({ invoked }) => invoked < due);
    const candidates = [...answered, ...open.filter((operation) => !this.#done.has(operation))];
    return { state, candidates, next: 0, by };
  }

  #nextAnswered(): { readonly answered: Operation[]; readonly due: number } {
    const answered: Operation[] = [];
    let due = Infinity;
    for (let index = this.#first; ; index++) {
      const operation = this.#answered[index];
      if (operation === undefined || operation.invoked > due) break;
      if (this.#done.has(operation)) continue;
      answered.push(operation);
      due = Math.min(due, operation.returned);
    }
    return { answered: answered.filter(({ invoked }) => invoked < due), due };
  }

  /** Both return how many answered operations that was. */
  #do(operation: Operation): number {
    this.#done.add(operation);
    this.#settleFirst();
    return operation.outcome.type === 'unknown' ? 0 : 1;
  }

  #undo(operation: Operation): number {
    this.#done.delete(operation);
    if (operation.outcome.type === 'unknown') return 0;
    this.#first = Math.min(this.#first, this.#indexOf(operation));
    return 1;
  }

  #settleFirst(): void {
    for (;;) {
      const operation = this.#answered[this.#first];
      if (operation === undefined || !this.#done.has(operation)) return;
      this.#first++;
    }
  }

  /** Found by halving: they are sorted by when they were sent. */
  #indexOf({ invoked }: Operation): number {
    let low = 0;
    let high = this.#answered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#answered[middle]?.invoked ?? Infinity) < invoked) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whether the same operations have led to the same state before; remembers that they have now. */
  #isKnown(state: RegisterState): boolean {
    const ahead = this.#nextDone();
    const open = this.#open.filter((operation) => this.#done.has(operation)).map(({ id }) => id);
    const key = `${this.#first}:${ahead.join(',')}:${open.join(',')}:${stateKey(state)}`;
    if (this.#visited.has(key)) return true;
    this.#visited.add(key);
    return false;
  }

  /** Before an attempt is given up. */
  #keepDeepest(steps: readonly Step[]): void {
    const state = steps.at(-1)?.state;
    if (state === undefined || this.#done.size <= this.#deepest.done.length) return;
    this.#deepest = { done: orderOf(steps), state };
  }

  /** The answered operations beyond `#first` that are done: they overlap with it, so they are few. */
  #nextDone(): number[] {
    const ids: number[] = [];
    const due = this.#answered[this.#first]?.returned ?? Infinity;
    for (let index = this.#first; ; index++) {
      const operation = this.#answered[index];
      if (operation === undefined || operation.invoked > due) return ids;
      if (this.#done.has(operation)) ids.push(operation.id);
    }
  }

  /** The last operations of the longest attempt, and those none of which can come after them. */
  #excerpt(): string {
    const { done, state } = this.#deepest;
    const isDone = new Set(done);
    const missing = this.#answered.filter((operation) => !isDone.has(operation));
    const due = Math.min(...missing.slice(0, 1000).map(({ returned }) => returned));
    const stuck = [
      ...missing.filter(({ invoked }) => invoked < due),
      ...this.#open.filter((operation) => operation.invoked < due && !isDone.has(operation)),
    ];
    return [
      `${this.#key}: ${done.length} operations can be put in order, the last of them`,
      ...done.slice(-shownBefore).map((operation) => `  ${describeOperation(operation)}`),
      `which leaves it at ${stateKey(state)}; there none of these can be next`,
      ...stuck.slice(0, shownAfter).map((operation) => `  ${describeOperation(operation)}`),
      ...(stuck.length > shownAfter ? [`  and ${stuck.length - shownAfter} more`] : []),
    ].join('\n');
  }
}

function orderOf(steps: readonly Step[]): Operation[] {
  return steps.flatMap(({ by }) => (by === undefined ? [] : [by]));
}
