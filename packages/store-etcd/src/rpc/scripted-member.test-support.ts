/** Members for tests that answer what a test wants, without a network. */
import { Caller, type MemberFailed } from './caller.js';
import { Members } from './members.js';
import { RpcFailure, RpcStatus, type RpcOptions, type Transport } from './transport.js';

export const NO_LEADER: RpcFailure = new RpcFailure(RpcStatus.unavailable, 'etcdserver: no leader');
export const DROPPED: RpcFailure = new RpcFailure(RpcStatus.unavailable, 'Connection dropped');
const CANCELLED = new RpcFailure(RpcStatus.cancelled, 'the call was cancelled');

/** What a member answers: bytes, a failure, or nothing until the call is aborted. */
export type ScriptedAnswer = Uint8Array | RpcFailure | 'never';

/** A member whose answers are given in advance, the last one again and again. */
export class ScriptedMember implements Transport {
  readonly calls: RpcOptions[] = [];
  connects = 0;
  closed = false;
  readonly endpoint: string;
  readonly #answers: ScriptedAnswer[];
  readonly #connection: RpcFailure | undefined;

  constructor(endpoint: string, answers: ScriptedAnswer[], connection?: RpcFailure) {
    this.endpoint = endpoint;
    this.#answers = answers;
    this.#connection = connection;
  }

  isReady(): boolean {
    return this.connects > 0 && this.#connection === undefined;
  }

  async connect(): Promise<void> {
    this.connects += 1;
    if (this.#connection !== undefined) throw this.#connection;
  }

  async unary(_method: string, _request: Uint8Array, options: RpcOptions): Promise<Uint8Array> {
    this.calls.push(options);
    const answer = this.#answers[Math.min(this.calls.length, this.#answers.length) - 1];
    return answered(answer ?? 'never', options);
  }

  /** Yields the same answers, once each. */
  async *stream(
    _method: string,
    _request: Uint8Array,
    options: RpcOptions,
  ): AsyncGenerator<Uint8Array> {
    this.calls.push(options);
    for (const answer of this.#answers) yield await answered(answer, options);
  }

  close(): void {
    this.closed = true;
  }
}

/** A caller on such members, starting with the first, that never waits between attempts. */
export function makeCaller(...members: ScriptedMember[]): {
  readonly caller: Caller;
  readonly failed: MemberFailed[];
} {
  const failed: MemberFailed[] = [];
  const caller = new Caller({
    members: new Members(members, () => 0),
    random: () => 0,
    onEvent: (event) => failed.push(event),
  });
  return { caller, failed };
}

function answered(answer: ScriptedAnswer, { signal }: RpcOptions): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (answer instanceof Uint8Array) resolve(answer);
    else if (answer instanceof RpcFailure) reject(answer);
    else signal?.addEventListener('abort', () => reject(CANCELLED));
  });
}
