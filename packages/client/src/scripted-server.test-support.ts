import type { Clock } from './clock.js';

/** What a scripted server was asked. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: Headers;
  readonly body: unknown;
  readonly signal: AbortSignal;
}

/** How a scripted server answers one request. */
export type Answer = (request: SeenRequest) => Response | Promise<Response>;

/** A server that answers the n-th request with the n-th answer, and every later one with the last. */
export function scriptedServer(...answers: [Answer, ...Answer[]]): {
  fetch: (request: Request) => Promise<Response>;
  requests: SeenRequest[];
} {
  const requests: SeenRequest[] = [];
  return {
    requests,
    async fetch(request) {
      const url = new URL(request.url);
      const text = await request.text();
      const seen: SeenRequest = {
        method: request.method,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: request.headers,
        body: text === '' ? undefined : JSON.parse(text),
        signal: request.signal,
      };
      requests.push(seen);
      const answer = answers[Math.min(requests.length, answers.length) - 1] ?? answers[0];
      return answer(seen);
    },
  };
}

/** An answer with a JSON body. */
export function json(body: unknown, init: ResponseInit = {}): Response {
  return new Response(JSON.stringify(body), {
    ...init,
    headers: { 'Content-Type': 'application/json', ...init.headers },
  });
}

/** A failure as API servers write them. */
export function failure(
  code: number,
  reason: string,
  more: { message?: string; headers?: Record<string, string>; [member: string]: unknown } = {},
): Response {
  const { headers = {}, message = reason, ...rest } = more;
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' };
  return json({ ...status, message, reason, code, ...rest }, { status: code, headers });
}

/** The least an image stream is. */
export interface StreamObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly resourceVersion: string;
  };
}

/** A small image stream as lists hold it: without apiVersion and kind. */
export function streamObject(name: string, resourceVersion: string | number): StreamObject {
  return { metadata: { name, namespace: 'web', resourceVersion: String(resourceVersion) } };
}

/** A page of image streams. */
export function page(
  names: readonly string[],
  more: { resourceVersion?: string; continue?: string; remainingItemCount?: number } = {},
): Response {
  return json({
    kind: 'ImageStreamList',
    apiVersion: 'image.openshift.io/v1',
    metadata: { resourceVersion: '100', ...more },
    items: names.map((name) => streamObject(name, 1)),
  });
}

/** One event of a watch as it is sent. */
export function line(type: string, object: unknown): string {
  return `${JSON.stringify({ type, object })}\n`;
}

/** A BOOKMARK event; the one that ends the initial events when asked for. */
export function bookmark(resourceVersion: string | number, initialEventsEnd = false): string {
  return line('BOOKMARK', {
    kind: 'ImageStream',
    apiVersion: 'image.openshift.io/v1',
    metadata: {
      resourceVersion: String(resourceVersion),
      ...(initialEventsEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
    },
  });
}

/**
 * The answer to a watch: chunks of bytes or text, then the end. `end` says how: the server closes, the connection
 * breaks, or it stays open and silent.
 */
export function watchAnswer(
  chunks: readonly (string | Uint8Array)[],
  end: 'close' | 'reset' | 'hang' = 'close',
): Response {
  const encoder = new TextEncoder();
  const rest = [...chunks];
  return new Response(
    new ReadableStream<Uint8Array>({
      pull(controller) {
        const chunk = rest.shift();
        if (chunk !== undefined) {
          controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
        } else if (end === 'close') {
          controller.close();
        } else if (end === 'reset') {
          controller.error(new TypeError('terminated'));
        } else {
          return new Promise(() => undefined);
        }
        return undefined;
      },
    }),
    { headers: { 'Content-Type': 'application/json' } },
  );
}

/** A clock that runs short timers at once and long ones when the test says so. */
export class TestClock implements Clock {
  /** The delays of the timers that ran by themselves: the pauses a client made. */
  readonly pauses: number[] = [];
  #now = 0;
  #held = new Set<{ atMs: number; action: () => void }>();

  now(): number {
    return this.#now;
  }

  random(): number {
    return 0.5;
  }

  setTimer(delayMs: number, action: () => void): () => void {
    // Longer than any backoff of a first few failures, shorter than every timeout.
    if (delayMs < 9000) {
      const timer = setImmediate(() => {
        this.pauses.push(delayMs);
        this.#now += delayMs;
        action();
      });
      return () => clearImmediate(timer);
    }
    const held = { atMs: this.#now + delayMs, action };
    this.#held.add(held);
    return () => this.#held.delete(held);
  }

  /** How many long timers wait. */
  get waiting(): number {
    return this.#held.size;
  }

  advance(byMs: number): void {
    this.#now += byMs;
    for (const held of [...this.#held]) {
      if (held.atMs > this.#now) continue;
      this.#held.delete(held);
      held.action();
    }
  }
}

/** The next `count` values of an iterator, which is then left. */
export async function take<T>(source: AsyncIterable<T>, count: number): Promise<T[]> {
  const values: T[] = [];
  if (count === 0) return values;
  for await (const value of source) {
    values.push(value);
    if (values.length === count) break;
  }
  return values;
}
