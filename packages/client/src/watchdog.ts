import type { Clock } from './clock.js';

/**
 * Notices that something has been waited for too long. It is started and paused thousands of times a second, so there
 * is one timer that looks at the time, not one for every wait.
 */
export class Watchdog {
  readonly #clock: Clock;
  readonly #bark: (idleMs: number) => void;
  #idleMs = 0;
  /** Since when something is waited for; undefined while nothing is. */
  #sinceMs: number | undefined;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, bark: (idleMs: number) => void) {
    this.#clock = clock;
    this.#bark = bark;
  }

  /** A wait begins that is to take no longer than `idleMs`. */
  start(idleMs: number): void {
    this.#idleMs = idleMs;
    this.#sinceMs = this.#clock.now();
    this.#cancel ??= this.#clock.setTimer(idleMs, () => this.#look());
  }

  /** The wait is over. */
  pause(): void {
    this.#sinceMs = undefined;
  }

  /** There will be no more waits. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #look(): void {
    const waitedMs = this.#sinceMs === undefined ? 0 : this.#clock.now() - this.#sinceMs;
    this.#cancel = undefined;
    if (waitedMs >= this.#idleMs) {
      this.#bark(this.#idleMs);
    } else {
      this.#cancel = this.#clock.setTimer(this.#idleMs - waitedMs, () => this.#look());
    }
  }
}
