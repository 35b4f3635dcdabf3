import { InterceptingCall, type Interceptor } from '@grpc/grpc-js';

/**
 * The messages of one stream on their way from gRPC to who reads them. Holds one message at most:
 * the stream goes on when that is taken, and a member that is not listened to stops sending.
 */
export class MessageQueue {
  #held: { readonly message: Uint8Array; readonly readOn: () => void } | undefined;
  #end: { readonly error?: Error } | undefined;
  #waiting:
    | {
        readonly resolve: (message: Uint8Array | undefined) => void;
        readonly reject: (error: Error) => void;
      }
    | undefined;

  /** Takes a message in; `readOn` is called when there is room for the next one. */
  arrive(message: Uint8Array, readOn: () => void): void {
    if (this.#waiting === undefined) {
      this.#held = { message, readOn };
      return;
    }
    const { resolve } = this.#waiting;
    this.#waiting = undefined;
    resolve(message);
    readOn();
  }

  /** No more messages come. */
  end(): void {
    this.#end ??= {};
    this.#waiting?.resolve(undefined);
    this.#waiting = undefined;
  }

  /** No more messages come, because of this. */
  fail(error: Error): void {
    this.#end ??= { error };
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  /**
   * The next message; undefined after the last one. Rejects with what the queue failed with, once
   * what came before was taken. Only one call may wait at a time.
   */
  next(): Promise<Uint8Array | undefined> {
    if (this.#held !== undefined) {
      const { message, readOn } = this.#held;
      this.#held = undefined;
      readOn();
      return Promise.resolve(message);
    }
    if (this.#end !== undefined) {
      const { error } = this.#end;
      return error === undefined ? Promise.resolve(undefined) : Promise.reject(error);
    }
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }
}

/**
 * Puts the messages of a call into the queue and lets gRPC read on only as they are taken; its own
 * stream would read 16 ahead. The call has to be in flowing mode, with its data thrown away.
 */
export function readOneAhead(queue: MessageQueue): Interceptor {
  return (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start(metadata, _listener, next) {
        next(metadata, {
          onReceiveMessage(message: Uint8Array, pass) {
            queue.arrive(message, () => pass(message));
          },
        });
      },
    });
}
