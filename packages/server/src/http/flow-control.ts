import type { ServerAnswer } from './exchange.js';
import { textAnswer } from './plain-answers.js';

/** How many requests may be under way at a time; watches do not count. */
export interface FlowLimits {
  readonly reading: number;
  readonly writing: number;
}

/** The limits of the real server. */
export const defaultFlowLimits: FlowLimits = { reading: 400, writing: 200 };

const readingMethods = ['GET', 'HEAD', 'OPTIONS'];

/** Turns away requests when too many are under way. Source: api-overload. */
export class FlowControl {
  readonly #limits: FlowLimits;
  #reading = 0;
  #writing = 0;

  constructor(limits: FlowLimits) {
    this.#limits = limits;
  }

  /** Lets a request in, and returns what to call when it is answered; undefined when the limit is reached. */
  enter(method: string): (() => void) | undefined {
    if (readingMethods.includes(method)) {
      if (this.#reading >= this.#limits.reading) return undefined;
      this.#reading += 1;
      return this.#leaveReading;
    }
    if (this.#writing >= this.#limits.writing) return undefined;
    this.#writing += 1;
    return this.#leaveWriting;
  }

  readonly #leaveReading = (): void => {
    this.#reading -= 1;
  };

  readonly #leaveWriting = (): void => {
    this.#writing -= 1;
  };
}

/** 429 in plain text; clients come back after a second. */
export function overloadedAnswer(): ServerAnswer {
  const answer = textAnswer(429, 'Too many requests, please try again later.\n');
  return { ...answer, headers: { ...answer.headers, 'retry-after': '1' } };
}
