import type { LeadOptions } from '@imagestream/store';

interface Candidate {
  readonly work: LeadOptions['work'];
  readonly over: AbortSignal;
  readonly end: () => void;
  readonly fail: (error: unknown) => void;
}

/** Who leads among the connections of one store: first come, first served. */
export class Election {
  readonly #waiting: Candidate[] = [];
  #lost: AbortController | undefined;

  /** As `Store.lead`; `over` aborts when the caller gives up or its connection is closed. */
  lead(work: LeadOptions['work'], over: AbortSignal): Promise<void> {
    return new Promise((end, fail) => {
      const candidate = { work, over, end, fail };
      this.#waiting.push(candidate);
      over.addEventListener('abort', () => this.#leave(candidate), { once: true });
      if (over.aborted) this.#leave(candidate);
      void this.#next();
    });
  }

  /** Takes the lead away from whoever has it, who may come in again behind all others. */
  depose(): void {
    this.#lost?.abort();
  }

  #leave(candidate: Candidate): void {
    const index = this.#waiting.indexOf(candidate);
    if (index < 0) return;
    this.#waiting.splice(index, 1);
    candidate.end();
  }

  async #next(): Promise<void> {
    if (this.#lost !== undefined) return;
    const leader = this.#waiting.shift();
    if (leader === undefined) return;
    const lost = new AbortController();
    this.#lost = lost;
    try {
      await leader.work(AbortSignal.any([lost.signal, leader.over]));
      if (lost.signal.aborted && !leader.over.aborted) this.#waiting.push(leader);
      else leader.end();
    } catch (error) {
      leader.fail(error);
    }
    this.#lost = undefined;
    void this.#next();
  }
}
