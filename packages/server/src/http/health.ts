import type { ServerAnswer } from './exchange.js';
import { textAnswer } from './plain-answers.js';

/** One thing that must hold for the server to be well. Resolves to undefined when it does, else to the reason. */
export interface HealthCheck {
  readonly name: string;
  check(): Promise<string | undefined>;
}

/** The paths of probes. */
export const healthPaths = ['healthz', 'livez', 'readyz'] as const;

/**
 * Answers `/healthz`, `/livez`, `/readyz` and one check below them; undefined for any other path. `?exclude=` leaves
 * checks out, `?verbose` lists them. Source: api-health.
 */
export async function healthAnswer(
  path: string,
  query: URLSearchParams,
  checks: readonly HealthCheck[],
): Promise<ServerAnswer | undefined> {
  const [, probe = '', one, ...rest] = path.replace(/\/$/, '').split('/');
  if (!healthPaths.some((name) => name === probe) || rest.length > 0) return undefined;
  if (one !== undefined) return singleCheck(one, checks);
  const excluded = query.getAll('exclude');
  const lines: string[] = [];
  let failed = false;
  for (const check of checks) {
    if (excluded.includes(check.name)) {
      lines.push(`[+]${check.name} excluded: ok`);
      continue;
    }
    const problem = await check.check();
    failed ||= problem !== undefined;
    lines.push(
      problem === undefined ? `[+]${check.name} ok` : `[-]${check.name} failed: reason withheld`,
    );
  }
  if (failed) return textAnswer(500, `${lines.join('\n')}\n${probe} check failed\n`);
  if (!query.has('verbose')) return textAnswer(200, 'ok');
  return textAnswer(200, `${lines.join('\n')}\n${probe} check passed\n`);
}

async function singleCheck(
  name: string,
  checks: readonly HealthCheck[],
): Promise<ServerAnswer | undefined> {
  const check = checks.find((candidate) => candidate.name === name);
  if (check === undefined) return undefined;
  const problem = await check.check();
  return problem === undefined
    ? textAnswer(200, 'ok')
    : textAnswer(500, `internal server error: ${name} failed: reason withheld\n`);
}
