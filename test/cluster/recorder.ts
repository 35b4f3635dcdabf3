import type { ListReading, Operation, Outcome, Request } from './operation.js';

/** Notes down what clients of one process do, by a clock that counts. */
export class Recorder {
  readonly operations: Operation[] = [];
  readonly lists: ListReading[] = [];
  /** Answers no server should give. */
  readonly wrongAnswers: string[] = [];
  #time = 0;
  #sent = 0;

  /** The next moment; no two are the same. */
  tick(): number {
    return ++this.#time;
  }

  /** Does something to an object and notes down what came of it. Rejects with what `run` rejects with. */
  async operation(
    { key, by, request }: Pick<Operation, 'key' | 'by' | 'request'>,
    run: () => Promise<Outcome>,
  ): Promise<Operation> {
    const id = this.#sent++;
    const invoked = this.tick();
    const outcome = await run();
    const returned = outcome.type === 'unknown' ? Infinity : this.tick();
    const operation = { id, key, by, request, outcome, invoked, returned };
    this.operations.push(operation);
    return operation;
  }

  /** Reads a list and notes it down; what could not be read leaves nothing behind. */
  async list(
    about: Pick<ListReading, 'by' | 'consistent' | 'notOlderThan'>,
    run: () => Promise<Pick<ListReading, 'rv' | 'items'> | undefined>,
  ): Promise<void> {
    const invoked = this.tick();
    const reading = await run();
    if (reading !== undefined) {
      this.lists.push({ ...about, ...reading, invoked, returned: this.tick() });
    }
  }

  /** How many operations of each kind came to what. */
  count(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { request, outcome } of this.operations) {
      const name = `${request.type} ${nameOf(request, outcome)}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return counts;
  }
}

function nameOf(request: Request, outcome: Outcome): string {
  return request.type === 'delete' && outcome.type === 'deleted' ? 'ok' : outcome.type;
}
