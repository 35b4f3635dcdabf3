import type { ReviewReport } from '../handler.js';
import { messageOf } from './usage-error.js';

/** Takes one event for the log. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/** A log of one JSON object per line, written with `write`; `now` is the clock. */
export function jsonLog(write: (line: string) => void, now: () => Date): Log {
  return (level, message, fields = {}) =>
    write(`${JSON.stringify({ time: now().toISOString(), level, message, ...fields })}\n`);
}

/** What a review leaves in the log: who, what and the verdicts. Never the object, it may hold secrets. */
export function logReview(log: Log, report: ReviewReport, seconds: number): void {
  const { type, uid, code, allowed, decisions, request, error } = report;
  const fields = {
    type,
    uid,
    code,
    ...(allowed === undefined ? {} : { allowed }),
    ...(request === undefined ? {} : describe(request)),
    verdicts: Object.fromEntries(decisions.map(({ policy, verdict }) => [policy, verdict])),
    durationMs: Math.round(seconds * 1e6) / 1e3,
    ...(error === undefined ? {} : { error: messageOf(error) }),
  };
  log(code === 200 ? 'info' : code < 500 ? 'warn' : 'error', 'review', fields);
}

function describe({
  operation,
  namespace,
  name,
  resource,
  dryRun,
}: NonNullable<ReviewReport['request']>): Record<string, unknown> {
  return {
    operation,
    resource: `${resource.resource}.${resource.group}`,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(dryRun === true ? { dryRun } : {}),
  };
}
