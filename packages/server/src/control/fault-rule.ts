import { isJsonObject } from '@imagestream/core';

/** Which requests a fault may hit. What is absent matches everything. */
export interface FaultMatch {
  /** The API verb: get, list, watch, create, update, patch, delete, deletecollection. */
  readonly verb?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** The beginning of the User-Agent header. */
  readonly userAgent?: string;
}

/** What goes wrong. */
export type FaultAction =
  /** Answers later; other faults still apply. */
  | { readonly type: 'latency'; readonly delayMs: number }
  /** Answers with a Status instead. */
  | {
      readonly type: 'status';
      readonly code: number;
      readonly reason?: string;
      readonly message?: string;
      readonly retryAfterSeconds?: number;
    }
  /** Breaks the connection without an answer. */
  | { readonly type: 'reset' }
  /** Sends so much of the body and breaks the connection. */
  | { readonly type: 'truncate'; readonly afterBytes: number }
  /** Does not answer, until the client gives up or the time is over (then it breaks the connection). */
  | { readonly type: 'hang'; readonly durationMs?: number }
  /** Refuses a continue token as expired, with a fresh one. Requests without a token pass. */
  | { readonly type: 'expireContinue' }
  /** Refuses a write as made on an outdated version. */
  | { readonly type: 'conflict' }
  /** Breaks a watch off after so many events. */
  | { readonly type: 'dropWatch'; readonly afterEvents: number }
  /** Ends a watch with an ERROR event 410 after so many events. */
  | { readonly type: 'expireWatch'; readonly afterEvents: number };

/** A fault: which requests it may hit, how often, and what then happens. */
export interface FaultRule {
  readonly match?: FaultMatch;
  /** Requests that match but are let through before the first one is hit; default 0. */
  readonly after?: number;
  /** How many requests are hit at most; default all. */
  readonly times?: number;
  /** How likely a request is hit, from 0 to 1, decided by the seeded source of randomness; default 1. */
  readonly probability?: number;
  readonly action: FaultAction;
}

/** A fault that cannot be one. */
export class FaultRuleError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'FaultRuleError';
  }
}

const matchFields = [
  'verb',
  'resource',
  'subresource',
  'namespace',
  'name',
  'userAgent',
] as const satisfies readonly (keyof FaultMatch)[];

/**
 * The numbers each action takes, those it needs first. What an action does not know is refused: a misspelled field must
 * not make a harmless fault.
 */
const actionFields: Readonly<
  Record<
    FaultAction['type'],
    { readonly needed: readonly string[]; readonly other: readonly string[] }
  >
> = {
  latency: { needed: ['delayMs'], other: [] },
  status: { needed: ['code'], other: ['reason', 'message', 'retryAfterSeconds'] },
  reset: { needed: [], other: [] },
  truncate: { needed: ['afterBytes'], other: [] },
  hang: { needed: [], other: ['durationMs'] },
  expireContinue: { needed: [], other: [] },
  conflict: { needed: [], other: [] },
  dropWatch: { needed: ['afterEvents'], other: [] },
  expireWatch: { needed: ['afterEvents'], other: [] },
};

const textFields = ['reason', 'message'];

/** Reads a fault from a file's value. Throws a FaultRuleError that names what is wrong. */
export function parseFaultRule(value: unknown): FaultRule {
  if (!isJsonObject(value)) throw new FaultRuleError('a fault is an object');
  refuseUnknown(value, ['match', 'after', 'times', 'probability', 'action'], 'a fault');
  const { match, after, times, probability, action } = value;
  checkMatch(match);
  checkNumber(after, 'after');
  checkNumber(times, 'times');
  checkNumber(probability, 'probability');
  if (typeof probability === 'number' && probability > 1) {
    throw new FaultRuleError('probability is at most 1');
  }
  checkAction(action);
  return value as unknown as FaultRule; // Checked field by field above.
}

function checkMatch(match: unknown): void {
  if (match === undefined) return;
  if (!isJsonObject(match)) throw new FaultRuleError('match is an object');
  refuseUnknown(match, matchFields, 'match');
  for (const [field, value] of Object.entries(match)) {
    if (typeof value !== 'string') throw new FaultRuleError(`match.${field} is a text`);
  }
}

function checkAction(action: unknown): void {
  if (!isJsonObject(action)) throw new FaultRuleError('a fault needs an action');
  const { type, ...fields } = action;
  const known = Object.entries(actionFields).find(([name]) => name === type)?.[1];
  if (known === undefined) {
    const names = Object.keys(actionFields).join(', ');
    throw new FaultRuleError(`unknown action ${JSON.stringify(type)}; there are ${names}`);
  }
  refuseUnknown(fields, [...known.needed, ...known.other], `the action ${String(type)}`);
  for (const field of known.needed) {
    if (!(field in fields)) throw new FaultRuleError(`the action ${String(type)} needs ${field}`);
  }
  for (const [field, value] of Object.entries(fields)) {
    if (!textFields.includes(field)) checkNumber(value, field);
    else if (typeof value !== 'string') throw new FaultRuleError(`${field} is a text`);
  }
}

function checkNumber(value: unknown, field: string): void {
  if (value === undefined) return;
  if (typeof value !== 'number' || !(value >= 0)) {
    throw new FaultRuleError(`${field} is a number of at least 0`);
  }
}

function refuseUnknown(
  value: Record<string, unknown>,
  known: readonly string[],
  where: string,
): void {
  for (const field of Object.keys(value)) {
    if (known.includes(field)) continue;
    throw new FaultRuleError(`${where} has no field ${JSON.stringify(field)}`);
  }
}
