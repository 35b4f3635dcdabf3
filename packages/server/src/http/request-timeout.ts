import { badRequestError } from '@imagestream/core';

const units = ['ns', 'us', 'µs', 'μs', 'ms', 's', 'm', 'h'];

/**
 * Refuses a `timeout` parameter that is no duration such as `10s` or `1m30s`. The server answers far sooner than any
 * timeout that makes sense, so the value itself has no effect. Source: api-request-timeout.
 */
export function checkTimeout(query: URLSearchParams): void {
  const text = query.get('timeout') ?? '';
  if (text === '') return;
  const problem = durationProblem(text);
  if (problem === undefined) return;
  throw badRequestError(`invalid timeout specified in the request URL - time: ${problem}`);
}

function durationProblem(text: string): string | undefined {
  const quoted = JSON.stringify(text);
  const unsigned = text.replace(/^[+-]/, '');
  if (unsigned === '0') return undefined;
  if (unsigned === '') return `invalid duration ${quoted}`;
  let rest = unsigned;
  while (rest !== '') {
    const number = /^(?:\d+\.?\d*|\.\d+)/.exec(rest)?.[0];
    if (number === undefined) return `invalid duration ${quoted}`;
    rest = rest.slice(number.length);
    const unit = /^[^\d.]*/.exec(rest)?.[0] ?? '';
    if (unit === '') return `missing unit in duration ${quoted}`;
    if (!units.includes(unit)) return `unknown unit ${JSON.stringify(unit)} in duration ${quoted}`;
    rest = rest.slice(unit.length);
  }
  return undefined;
}
