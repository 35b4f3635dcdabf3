import { makeStatus, STATUS_CODES, type StatusReason } from '@imagestream/core';

/** What kind of request a fault waits for. */
export type RequestType = 'get' | 'list' | 'watch' | 'write';

/** Something that goes wrong. Without `status`, `reset`, `expire` or `truncate` the request is only delayed. */
export interface Fault {
  readonly on: RequestType;
  /** How often; default once. */
  readonly times?: number;
  /** Wait so long first. */
  readonly delayMs?: number;
  /** Answer with this HTTP code and a Status to go with it. */
  readonly status?: number;
  /** Seconds in the Retry-After header of that answer. */
  readonly retryAfter?: number;
  /** Break the connection: at once, or, on a watch, in the middle of the event after `afterEvents`. */
  readonly reset?: boolean;
  /** End a watch cleanly, as a server that shuts down does, after `afterEvents`. */
  readonly close?: boolean;
  /** How many events of a watch pass before it is broken or ended; default none. */
  readonly afterEvents?: number;
  /** History is gone: 410, on a watch as an ERROR event. */
  readonly expire?: boolean;
}

/** The faults that are switched on, oldest first. */
export class FaultPlan {
  #pending: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#pending.push({ fault, left: fault.times ?? 1 });
  }

  /** The fault for a request, used up by asking. */
  take(type: RequestType): Fault | undefined {
    const entry = this.#pending.find(({ fault }) => fault.on === type);
    if (entry === undefined) return undefined;
    entry.left--;
    if (entry.left <= 0) this.#pending = this.#pending.filter((other) => other !== entry);
    return entry.fault;
  }
}

/** A Status answer with a code of one's choice. */
export function statusAnswer(code: number, retryAfterSeconds?: number): Response {
  // The keys of STATUS_CODES are the reasons.
  const reasons = Object.keys(STATUS_CODES) as StatusReason[];
  const reason = reasons.find((candidate) => STATUS_CODES[candidate] === code) ?? 'InternalError';
  const message = `${reason}, because a test asked for it`;
  return Response.json(makeStatus({ reason, message, code }), {
    status: code,
    ...(retryAfterSeconds === undefined
      ? {}
      : { headers: { 'Retry-After': String(retryAfterSeconds) } }),
  });
}

/** The Status of history that is gone; with a token, a list may go on inconsistently. */
export function expiredStatus(continueToken?: string): object {
  const status = makeStatus({ reason: 'Expired', message: 'history is gone, as a test asked for' });
  return continueToken === undefined
    ? status
    : { ...status, metadata: { continue: continueToken } };
}

/** The answer to a watch from a version that is gone: a good start and one ERROR event. */
export function expiredWatch(): Response {
  return new Response(`${JSON.stringify({ type: 'ERROR', object: expiredStatus() })}\n`, {
    headers: { 'Content-Type': 'application/json' },
  });
}

/** What a browser or Node says when a connection breaks. */
export function brokenConnection(): TypeError {
  return new TypeError('fetch failed', { cause: new Error('the connection was reset by a fault') });
}

const NEWLINE = 10;

/** Lets a number of lines through, then breaks the stream in the middle of the next one, or ends it. */
export function cutStream(
  response: Response,
  end: { afterLines: number; reset: boolean },
): Response {
  const { body } = response;
  if (body === null) return response;
  let left = end.afterLines;
  const cut = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      let at = 0;
      while (left > 0) {
        const newline = chunk.indexOf(NEWLINE, at);
        if (newline === -1) break;
        at = newline + 1;
        left--;
      }
      if (left > 0) {
        controller.enqueue(chunk);
        return;
      }
      if (!end.reset) {
        if (at > 0) controller.enqueue(chunk.subarray(0, at));
        controller.terminate();
        return;
      }
      const middle = at + Math.ceil((chunk.length - at) / 2);
      if (middle > 0) controller.enqueue(chunk.subarray(0, middle));
      // Later, so that what was let through is read first.
      setTimeout(() => controller.error(brokenConnection()), 0);
      left = Infinity;
    },
  });
  return new Response(body.pipeThrough(cut), response);
}
