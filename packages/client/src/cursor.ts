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
  #waiting: Promise<unknown> | undefined;

  /** The next value that is already here; undefined when there is none. Never throws. */
  protected abstract take(): T | undefined;
  /** Waits for the next value; undefined at the end. Not called again before it has settled. */
  protected abstract fetchNext(): Promise<T | undefined>;
  /** Lets go of what is held. Called once, whatever the end was. */
  protected abstract close(): void;

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#waiting !== undefined) return this.#afterwards();
    if (this.#ended) return Promise.resolve(END);
    const value = this.take();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    const result = this.#wait();
    this.#waiting = result;
    return result;
  }

  async #wait(): Promise<IteratorResult<T, undefined>> {
    try {
      const value = await this.fetchNext();
      if (value !== undefined && !this.#ended) return { done: false, value };
      this.#end();
      return END;
    } catch (error) {
      // Whoever left no longer wants to hear about it.
      if (this.#ended) return END;
      this.#end();
      throw error;
    } finally {
      this.#waiting = undefined;
    }
  }

  async #afterwards(): Promise<IteratorResult<T, undefined>> {
    await this.#waiting?.catch(() => END);
    return this.next();
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
