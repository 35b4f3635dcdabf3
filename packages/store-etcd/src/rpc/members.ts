import type { Transport } from './transport.js';

/**
 * The members of a cluster, one of which is used at a time: until it fails, then the next one. The
 * first is a random one, so that many clients spread over all members.
 */
export class Members {
  readonly #transports: readonly Transport[];
  #current: number;

  /** Needs at least one member. `random` gives numbers from 0 up to 1. */
  constructor(transports: readonly Transport[], random: () => number) {
    this.#transports = transports;
    this.#current = Math.floor(random() * transports.length);
  }

  /** The member to use now. */
  get current(): Transport {
    const transport = this.#transports[this.#current];
    if (transport === undefined) throw new RangeError(`there is no member ${this.#current}`);
    return transport;
  }

  /** Goes on to the next member, unless another call that failed there has done so already. */
  leave(failed: Transport): void {
    if (this.current === failed) this.#current = (this.#current + 1) % this.#transports.length;
  }

  /** Closes all connections. */
  close(): void {
    for (const transport of this.#transports) transport.close();
  }
}
