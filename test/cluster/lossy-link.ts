/** A connection between two processes that loses and delays what goes over it. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * `answersLost`: requests arrive, what comes back does not. `requestsLate`: requests arrive only once this is over, however
 * long nobody waits for them any more.
 */
export type LinkTrouble = 'answersLost' | 'requestsLate';

/** Between what arrives late, so that a request has begun when the word comes that nobody waits for it. */
const LATE_GAP_MS = 10;

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  /** Requests that are held up, and whether those that come have to wait in line. */
  readonly held: Buffer[];
  isLate: boolean;
}

/** Stands in for a server on loopback and passes everything on to it, unless there is trouble. */
export class LossyLink {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #lateGapMs: number;
  #trouble: LinkTrouble | undefined;
  #carried = 0;

  private constructor(target: URL, lateGapMs: number) {
    this.#lateGapMs = lateGapMs;
    this.#server = createServer({ allowHalfOpen: true }, (near) => this.#join(near, target));
  }

  /**
   * Opens one to an address such as `http://127.0.0.1:2379`. `lateGapMs` is the time between what arrives late: where much is
   * sent all the time, a gap would keep it from ever catching up.
   */
  static async open(
    target: string,
    { lateGapMs = LATE_GAP_MS }: { readonly lateGapMs?: number } = {},
  ): Promise<LossyLink> {
    const link = new LossyLink(new URL(target), lateGapMs);
    await new Promise<void>((resolve) => link.#server.listen(0, '127.0.0.1', resolve));
    return link;
  }

  /** How many pieces were sent over it by whoever uses it. */
  get carried(): number {
    return this.#carried;
  }

  /** The address to use instead of the server's. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo; // Listens on TCP.
    return `http://127.0.0.1:${port}`;
  }

  /** Breaks all connections that are open. */
  cut(): void {
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far.destroy();
    }
  }

  begin(trouble: LinkTrouble): void {
    this.#trouble = trouble;
  }

  /** Ends the trouble: what was held up arrives, what was lost stays lost, and its connections are broken. */
  end(): void {
    const trouble = this.#trouble;
    this.#trouble = undefined;
    if (trouble === 'answersLost') this.cut();
    for (const pair of this.#pairs) this.#release(pair);
  }

  close(): void {
    this.#server.close();
    this.cut();
  }

  #join(near: Socket, { hostname, port }: URL): void {
    const far = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const pair: Pair = { near, far, held: [], isLate: false };
    this.#pairs.add(pair);
    near.setNoDelay(true);
    far.setNoDelay(true);
    near.on('data', (chunk: Buffer) => {
      this.#carried++;
      pair.isLate ||= this.#trouble === 'requestsLate';
      if (pair.isLate) pair.held.push(chunk);
      else far.write(chunk);
    });
    far.on('data', (chunk: Buffer) => {
      if (this.#trouble !== 'answersLost') near.write(chunk);
    });
    // Whoever gives up is not followed before what it had sent has arrived.
    near.on('end', () => this.#hangUp(pair));
    near.on('close', () => this.#hangUp(pair));
    near.on('error', () => this.#hangUp(pair));
    far.on('end', () => near.end());
    far.on('error', () => near.destroy());
    far.on('close', () => {
      near.destroy();
      this.#pairs.delete(pair);
    });
  }

  /** Passes on what was held up, one piece after another; what comes meanwhile waits in line. */
  #release(pair: Pair): void {
    if (this.#trouble === 'requestsLate') return;
    const chunk = pair.held.shift();
    pair.isLate = chunk !== undefined;
    if (chunk === undefined) {
      if (pair.near.readableEnded || pair.near.destroyed) pair.far.end();
      return;
    }
    pair.far.write(chunk);
    setTimeout(() => this.#release(pair), this.#lateGapMs);
  }

  #hangUp({ far, isLate }: Pair): void {
    if (!isLate) far.end();
  }
}
