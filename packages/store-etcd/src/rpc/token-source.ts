import { offAbort, onAbort } from './abort.js';
import { DEFAULT_TIMEOUT_MS, type Caller } from './caller.js';
import { decodeToken, encodeAuthenticateRequest } from './cluster-messages.js';
import { EtcdError, type CallOptions } from './etcd-api.js';

/** Who calls etcd. */
export interface EtcdUser {
  readonly name: string;
  readonly password: string;
}

/** What Authenticate gave; no token when etcd does not ask who calls. */
export interface Session {
  readonly token: string | undefined;
}

/** The session of calls without a user. */
export const NO_SESSION: Session = { token: undefined };

/** The longest a timer can be set to. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Etcd's words when it has no use for tokens. */
const AUTH_IS_OFF = 'authentication is not enabled';

/** The sessions of one user, good for all members: one at a time, begun when it is first needed. */
export class TokenSource {
  readonly #caller: Caller;
  readonly #user: EtcdUser;
  #session: Session | undefined;
  /** Shared by all who need a session while it is being begun. */
  #beginning: Promise<Session> | undefined;

  constructor(caller: Caller, user: EtcdUser) {
    this.#caller = caller;
    this.#user = user;
  }

  /**
   * The session to use now. Rejects with an `EtcdError`, with code `NotAllowed` when etcd does not
   * know the user or the password is another one.
   */
  async get(options: CallOptions): Promise<Session> {
    if (this.#session !== undefined) return this.#session;
    this.#beginning ??= this.#begin().finally(() => {
      this.#beginning = undefined;
    });
    return waitFor(this.#beginning, options);
  }

  /** Has the next call begin another session, unless that was done already. */
  drop(session: Session): void {
    if (this.#session === session) this.#session = undefined;
  }

  async #begin(): Promise<Session> {
    const { name } = this.#user;
    try {
      const token = await this.#caller.call({
        method: '/etcdserverpb.Auth/Authenticate',
        request: encodeAuthenticateRequest(this.#user),
        decode: decodeToken,
        effect: 'repeatable',
        requireLeader: true,
      });
      this.#session = { token };
    } catch (error) {
      if (!(error instanceof EtcdError)) throw error;
      const { code, message, outcome } = error;
      if (message.includes(AUTH_IS_OFF)) this.#session = NO_SESSION;
      else if (code !== 'NotAllowed') throw error;
      else {
        const text = `etcd does not let user ${JSON.stringify(name)} in: check name and password`;
        throw new EtcdError(code, `${text} (${message})`, { outcome, cause: error });
      }
    }
    return this.#session;
  }
}

/** Waits for what others wait for as well: a caller that gives up does not end it for them. */
function waitFor(
  session: Promise<Session>,
  { signal, timeoutMs = DEFAULT_TIMEOUT_MS }: CallOptions,
): Promise<Session> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      offAbort(signal, abort);
    };
    const giveUp = (code: 'Aborted' | 'Unavailable', message: string): void => {
      end();
      reject(new EtcdError(code, message, { outcome: 'none', cause: signal?.reason }));
    };
    const abort = (): void => giveUp('Aborted', 'the call to etcd was aborted');
    const timer = setTimeout(
      () => giveUp('Unavailable', `etcd gave out no token within ${timeoutMs} ms`),
      Math.min(timeoutMs, MAX_TIMER_MS),
    );
    session.then(resolve, reject).finally(end);
    if (signal?.aborted === true) abort();
    else onAbort(signal, abort);
  });
}
