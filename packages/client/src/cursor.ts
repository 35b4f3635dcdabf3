const END: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * An async iterator over something that arrives in lumps.
 *
 * What is already here is handed out without waiting, the rest is fetched when it is asked for, one request at a time:
 * this is where backpressure comes from. `return()` takes effect at once, also while `next()` is waiting. After an
 * error the iterator has ended.
 */
export abstract class Cursor<T> implements AsyncIterableIterator<T> {
  #ended = false;
  /** The last call that has not been answered; later ones wait for it, so that answers keep the order of the calls. */
  #last: Promise<unknown> | undefined;

  /** The next value that is already here; undefined when there is none. Never throws. */
  protected abstract take(): T | undefined;
  /** Waits for the next value; undefined at the end. Not called again before it has settled. */
  protected abstract fetchNext(): Promise<T | undefined>;
  /** Lets go of what is held. Called once, whatever the end was. */
  protected abstract close(): void;

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#last === undefined) {
      if (this.#ended) return Promise.resolve(END);
      const value = this.take();
      return value === undefined
        ? this.#remember(this.#pull())
        : Promise.resolve({ done: false, value });
    }
    const pull = (): Promise<IteratorResult<T, undefined>> => this.#pull();
    return this.#remember(this.#last.then(pull, pull));
  }

  /** Registers before the caller does, so that it is forgotten before the caller goes on. */
  #remember<R>(call: Promise<R>): Promise<R> {
    const forget = (): void => {
      if (this.#last === call) this.#last = undefined;
    };
    this.#last = call;
    call.then(forget, forget);
    return call;
  }

  async #pull(): Promise<IteratorResult<T, undefined>> {
    if (this.#ended) return END;
    try {
      const value = this.take() ?? (await this.fetchNext());
      if (value !== undefined && !this.#ended) return { done: false, value };
      this.#end();
      return END;
    } catch (error) {
      // Whoever left no longer wants to hear about it.
      if (this.#ended) return END;
      this.#end();
      throw error;
    }
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#end();
    return Promise.resolve(END);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.close();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
