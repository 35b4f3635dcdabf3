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

  /** Runs `serve` unless the limit is reached: then the answer is 429. */
  async admit(method: string, serve: () => Promise<ServerAnswer>): Promise<ServerAnswer> {
    return readingMethods.includes(method) ? this.#read(serve) : this.#write(serve);
  }

  async #read(serve: () => Promise<ServerAnswer>): Promise<ServerAnswer> {
    if (this.#reading >= this.#limits.reading) return overloaded();
    this.#reading += 1;
    try {
      return await serve();
    } finally {
      this.#reading -= 1;
    }
  }

  async #write(serve: () => Promise<ServerAnswer>): Promise<ServerAnswer> {
    if (this.#writing >= this.#limits.writing) return overloaded();
    this.#writing += 1;
    try {
      return await serve();
    } finally {
      this.#writing -= 1;
    }
  }
}

function overloaded(): ServerAnswer {
  const answer = textAnswer(429, 'Too many requests, please try again later.\n');
  return { ...answer, headers: { ...answer.headers, 'retry-after': '1' } };
}
