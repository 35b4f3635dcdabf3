/** Carries out what {@link Faults} decided on: before a request is served, and on its answer. */
import { conflictError, expiredError, makeStatus, StatusError } from '@imagestream/core';
import {
  isStreamBody,
  type AnswerSink,
  type ServerAnswer,
  type StreamBody,
} from '../http/exchange.js';
import { encodeUtf8 } from '../http/exchange.js';
import { expiredContinue } from '../registry/read-objects.js';
import type { FaultAction } from './fault-rule.js';

/** The request a fault hits. */
export interface InjectionTarget {
  readonly group: string;
  readonly resource: string;
  readonly name: string;
  /** The continue token of the query, empty without one. */
  readonly continue: string;
  readonly signal: AbortSignal;
}

/**
 * Does what comes before the answer: waits, throws the Status of the fault, or gives an answer that breaks the connection.
 * Undefined = go on and serve.
 */
export async function injectBefore(
  actions: readonly FaultAction[],
  target: InjectionTarget,
): Promise<ServerAnswer | undefined> {
  for (const action of actions) {
    switch (action.type) {
      case 'latency':
        await delay(action.delayMs, target.signal);
        break;
      case 'status':
        throw statusOf(action);
      case 'conflict':
        throw conflictError(target);
      case 'expireContinue':
        if (target.continue !== '') throw expiredToken(target.continue);
        break;
      case 'reset':
        return broken;
      case 'hang':
        await delay(action.durationMs ?? Infinity, target.signal);
        return broken;
      case 'truncate':
      case 'dropWatch':
      case 'expireWatch':
        break;
    }
  }
  return undefined;
}

const broken: ServerAnswer = { status: 500, headers: {}, sabotage: { type: 'reset' } };

/** Does what happens to the answer: cuts it short, or ends a watch early. */
export function injectAfter(actions: readonly FaultAction[], answer: ServerAnswer): ServerAnswer {
  return actions.reduce(spoil, answer);
}

function spoil(answer: ServerAnswer, action: FaultAction): ServerAnswer {
  const { body } = answer;
  if (body === undefined) return answer;
  switch (action.type) {
    case 'truncate':
      return { ...answer, sabotage: { type: 'truncate', afterBytes: action.afterBytes } };
    case 'dropWatch':
      if (!isStreamBody(body)) return answer;
      return { ...answer, body: cutAfter(body, action.afterEvents, (sink) => sink.abort()) };
    case 'expireWatch':
      if (!isStreamBody(body)) return answer;
      return { ...answer, body: cutAfter(body, action.afterEvents, sayExpired) };
    default:
      return answer;
  }
}

/** Longest wait a timer can hold. */
const maxDelayMs = 2 ** 31 - 1;

function delay(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(durationMs, maxDelayMs));
    signal.addEventListener('abort', done);
  });
}

function statusOf(action: Extract<FaultAction, { type: 'status' }>): StatusError {
  const { code, reason, message = 'a fault was injected', retryAfterSeconds } = action;
  return new StatusError({
    ...makeStatus({ reason: 'InternalError', message, code }),
    ...(reason === undefined ? {} : { reason }),
    ...(retryAfterSeconds === undefined ? {} : { details: { retryAfterSeconds } }),
  });
}

/** The fresh token starts where the expired one did, at the newest state. */
function expiredToken(token: string): StatusError {
  const json = atob(token.replaceAll('-', '+').replaceAll('_', '/'));
  const fresh = btoa(json.replace(/"rv":-?\d+/, '"rv":-1'));
  return expiredContinue(fresh.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''));
}

function sayExpired(sink: AnswerSink): void {
  const { status } = expiredError('too old resource version');
  sink.write(encodeUtf8(`${JSON.stringify({ type: 'ERROR', object: status })}\n`));
  sink.end();
}

const newline = 0x0a;

/** A stream that ends in another way once so many lines are through. */
function cutAfter(
  body: StreamBody,
  maxLines: number,
  finish: (sink: AnswerSink) => void,
): StreamBody {
  return {
    start(sink): () => void {
      let left = maxLines;
      let over = false;
      let stop: () => void = () => undefined;
      const cut = (): void => {
        over = true;
        finish(sink);
        stop();
      };
      const counting: AnswerSink = {
        ...sink,
        write(bytes): boolean {
          if (over) return true;
          const end = endOfLine(bytes, left);
          left -= end.lines;
          const more = sink.write(bytes.subarray(0, end.offset));
          if (left === 0) cut();
          return more;
        },
      };
      if (maxLines === 0) {
        cut();
        return () => undefined;
      }
      stop = body.start(counting);
      if (over) stop();
      return () => stop();
    },
  };
}

/** Where the `count`th line ends, or the end of the bytes. */
function endOfLine(bytes: Uint8Array, count: number): { offset: number; lines: number } {
  let offset = 0;
  for (let lines = 0; lines < count; lines++) {
    const at = bytes.indexOf(newline, offset);
    if (at < 0) return { offset: bytes.length, lines };
    offset = at + 1;
  }
  return { offset, lines: count };
}
