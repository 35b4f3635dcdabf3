import { badRequestError, makeStatus, StatusError } from '@imagestream/core';

/** Go's units of time, in milliseconds. */
const unitMs = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['μs', 1e-3],
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** A client may ask for less than this, not for more. Source: api-request-timeout. */
const maxTimeoutMs = 60_000;

/**
 * How long a client wants to wait, in milliseconds, from a `timeout` parameter such as `10s` or `1.5s`; undefined without
 * one, for zero or less, and for a minute or more. Throws 400 for what is no duration.
 *
 * Source: api-request-timeout.
 */
export function readTimeout(query: URLSearchParams): number | undefined {
  const text = query.get('timeout') ?? '';
  if (text === '') return undefined;
  const timeoutMs = parseDuration(text);
  return timeoutMs > 0 && timeoutMs < maxTimeoutMs ? timeoutMs : undefined;
}

/**
 * 504 of a request that took longer than the client wanted to wait. What it began goes on, so a write may still happen.
 *
 * Source: api-request-timeout.
 */
export function timedOut(method: string): StatusError {
  const why = 'request did not complete within the allotted timeout';
  const outcome = method === 'GET' ? '' : '; it may have happened or not: read before repeating it';
  return new StatusError(makeStatus({ reason: 'Timeout', message: `Timeout: ${why}${outcome}` }));
}

function parseDuration(text: string): number {
  const quoted = JSON.stringify(text);
  const unsigned = text.replace(/^[+-]/, '');
  if (unsigned === '0') return 0;
  if (unsigned === '') throw noDuration(`invalid duration ${quoted}`);
  let rest = unsigned;
  let totalMs = 0;
  while (rest !== '') {
    const number = /^(?:\d+\.?\d*|\.\d+)/.exec(rest)?.[0];
    if (number === undefined) throw noDuration(`invalid duration ${quoted}`);
    rest = rest.slice(number.length);
    const unit = /^[^\d.]*/.exec(rest)?.[0] ?? '';
    if (unit === '') throw noDuration(`missing unit in duration ${quoted}`);
    const ms = unitMs.get(unit);
    if (ms === undefined) {
      throw noDuration(`unknown unit ${JSON.stringify(unit)} in duration ${quoted}`);
    }
    totalMs += Number(number) * ms;
    rest = rest.slice(unit.length);
  }
  return text.startsWith('-') ? -totalMs : totalMs;
}

function noDuration(problem: string): StatusError {
  return badRequestError(`invalid timeout specified in the request URL - time: ${problem}`);
}
