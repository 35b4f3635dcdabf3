/** The watches that are open, so that a server that stops can end them. */
export class OpenWatches {
  readonly #ends = new Set<() => void>();

  /** Notes a watch by the function that ends it; call what is returned when it is over. */
  add(end: () => void): () => void {
    this.#ends.add(end);
    return () => void this.#ends.delete(end);
  }

  get size(): number {
    return this.#ends.size;
  }

  /** Ends all of them cleanly: clients come back and find out that the server is gone. */
  endAll(): void {
    for (const end of [...this.#ends]) end();
  }
}
