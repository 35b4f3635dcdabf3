import type { ServerAnswer } from './exchange.js';
import { textAnswer } from './plain-answers.js';

/** The names of the probes. */
export const healthPaths = ['healthz', 'livez', 'readyz'] as const;

/** Which question a probe asks: whether all is well, whether to let the process live, whether to send it requests. */
export type Probe = (typeof healthPaths)[number];

/** One thing that must hold for the server to be well. Resolves to undefined when it does, else to the reason. */
export interface HealthCheck {
  readonly name: string;
  readonly probes: readonly Probe[];
  check(): Promise<string | undefined>;
}

/** Whether a path is that of a probe: those are answered whatever else goes on. */
export function isProbePath(path: string): boolean {
  return probeOf(path) !== undefined;
}

/** The names of the checks behind a probe. */
export function checksOf(probe: Probe, checks: readonly HealthCheck[]): HealthCheck[] {
  return checks.filter(({ probes }) => probes.includes(probe));
}

/**
 * Answers `/healthz`, `/livez`, `/readyz` and one check below them; undefined for any other path. `?exclude=` leaves
 * checks out, `?verbose` lists them. Source: api-health, replica-probes.
 */
export async function healthAnswer(
  path: string,
  query: URLSearchParams,
  checks: readonly HealthCheck[],
): Promise<ServerAnswer | undefined> {
  const probe = probeOf(path);
  const [, , one, ...rest] = path.replace(/\/$/, '').split('/');
  if (probe === undefined || rest.length > 0) return undefined;
  const asked = checksOf(probe, checks);
  if (one !== undefined) return singleCheck(one, asked);
  const excluded = new Set(query.getAll('exclude'));
  // All at once: each may take its time when something is wrong.
  const results = await Promise.all(
    asked.map(async (question) => {
      const { name } = question;
      if (excluded.has(name)) return { line: `[+]${name} excluded: ok`, failed: false };
      const failed = (await question.check()) !== undefined;
      return { line: failed ? `[-]${name} failed: reason withheld` : `[+]${name} ok`, failed };
    }),
  );
  const lines = results.map(({ line }) => line);
  const unknown = [...excluded].filter((name) => !asked.some((check) => check.name === name));
  if (unknown.length > 0) lines.push(unknownExclusions(unknown));
  if (results.some(({ failed }) => failed)) {
    return textAnswer(500, `${lines.join('\n')}\n${probe} check failed\n`);
  }
  if (!query.has('verbose')) return textAnswer(200, 'ok');
  return textAnswer(200, `${lines.join('\n')}\n${probe} check passed\n`);
}

function unknownExclusions(names: readonly string[]): string {
  const quoted = names.map((name) => JSON.stringify(name)).sort();
  return `warn: some health checks cannot be excluded: no matches for ${quoted.join(',')}`;
}

function probeOf(path: string): Probe | undefined {
  const [, first] = path.split('/', 2);
  return healthPaths.find((probe) => probe === first);
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
