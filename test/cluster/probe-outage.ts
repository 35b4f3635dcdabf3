import { setTimeout as sleep } from 'node:timers/promises';
import type { Replica } from './replicas.js';
import { BUSY_NAMESPACE } from './stream-client.js';

/** How a server answered while its store was out of reach. */
export interface OutageAnswer {
  readonly replica: string;
  readonly request: string;
  readonly status: number;
  readonly afterMs: number;
  /** What is wrong about it. */
  readonly problem?: string;
}

/** Servers must have answered by then. */
const ANSWER_WITHIN_MS = 25_000;
/** Requests that were under way when the store went away may still have been answered. */
const BEGIN_AFTER_MS = 1_500;

/**
 * Asks every server for what only the store knows, and has it write, while the store is out of reach. All must say so, with
 * 503 or 504 and when to come again, and must not claim to be ready.
 */
export async function probeOutage(replicas: readonly Replica[]): Promise<OutageAnswer[]> {
  await sleep(BEGIN_AFTER_MS);
  const answers = await Promise.all(
    replicas.flatMap((replica) => [
      ask(replica, 'GET', `/apis/image.openshift.io/v1/namespaces/${BUSY_NAMESPACE}/imagestreams`),
      ask(replica, 'POST', `/apis/image.openshift.io/v1/namespaces/outage/imagestreams`),
      ask(replica, 'GET', '/readyz'),
    ]),
  );
  return answers;
}

async function ask({ name, url }: Replica, method: string, path: string): Promise<OutageAnswer> {
  const startedMs = Date.now();
  const request = `${method} ${path.slice(path.lastIndexOf('/') + 1)}`;
  try {
    const answer = await fetch(url + path, {
      method,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      ...(method === 'POST'
        ? {
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ metadata: { name: `outage-${name}` } }),
          }
        : {}),
    });
    const { status } = answer;
    const text = (await answer.text()).slice(0, 300);
    const problem = problemOf({ path, status, retryAfter: answer.headers.get('retry-after') });
    return {
      replica: name,
      request,
      status,
      afterMs: Date.now() - startedMs,
      ...(problem === undefined
        ? {}
        : { problem: `in the outage, ${request} at ${name}: ${problem}: ${status} ${text}` }),
    };
  } catch (error) {
    const problem = `in the outage, ${request} at ${name}: ${String(error)}`;
    return { replica: name, request, status: 0, afterMs: Date.now() - startedMs, problem };
  }
}

function problemOf({
  path,
  status,
  retryAfter,
}: {
  readonly path: string;
  readonly status: number;
  readonly retryAfter: string | null;
}): string | undefined {
  if (path === '/readyz') return status >= 500 ? undefined : 'says it is ready';
  if (status !== 503 && status !== 504) return 'answered, though it cannot know';
  return retryAfter === null ? 'no Retry-After' : undefined;
}
