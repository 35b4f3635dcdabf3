/** Histories of an object that really is atomic, made up at random. */
import type { Operation, Outcome, Request, Version } from './operation.js';
import { pickOne, pickWeighted, type Random } from './seeded-random.js';

/** How a history is made. */
export interface SimulationOptions {
  readonly random: Random;
  readonly clients: number;
  readonly operations: number;
  /** How many of the answers get lost, from 0 to 1. */
  readonly lost: number;
}

interface Running {
  readonly id: number;
  readonly client: number;
  readonly request: Request;
  readonly invoked: number;
  /** Undefined until it has taken effect. */
  outcome: Outcome | undefined;
}

/**
 * Lets clients do things at the same time to one register: at every tick an operation is sent, takes effect, or is
 * answered. Answers that get lost leave operations behind that take effect later or never.
 */
export function simulateRegister(options: SimulationOptions): Operation[] {
  const simulation = new Simulation(options);
  while (!simulation.isOver) simulation.tick();
  return simulation.history;
}

class Simulation {
  readonly history: Operation[] = [];
  readonly #options: SimulationOptions;
  readonly #running = new Map<number, Running>();
  /** Sent, given up by their clients, and perhaps still to happen. */
  readonly #adrift: Running[] = [];
  #current: Version | undefined;
  #seen: Version | undefined;
  #rv = 1;
  #time = 0;
  #sent = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
  }

  get isOver(): boolean {
    return this.#sent >= this.#options.operations && this.#running.size === 0;
  }

  tick(): void {
    const { random, clients, operations } = this.#options;
    this.#time++;
    if (this.#adrift.length > 0 && random() < 0.1) {
      const [late] = this.#adrift.splice(Math.floor(random() * this.#adrift.length), 1);
      if (late !== undefined && random() < 0.7) this.#happen(late);
      return;
    }
    const client = Math.floor(random() * clients);
    const running = this.#running.get(client);
    if (running === undefined) {
      if (this.#sent < operations) this.#send(client);
    } else if (running.outcome === undefined) {
      if (random() < this.#options.lost) this.#lose(running);
      else this.#happen(running);
    } else if (random() < this.#options.lost) this.#record(running, { type: 'unknown' });
    else this.#record(running, running.outcome);
  }

  #send(client: number): void {
    const id = this.#sent++;
    const request = this.#chooseRequest(id);
    this.#running.set(client, {
      id,
      client,
      request,
      invoked: this.#time,
      outcome: undefined,
    });
  }

  #chooseRequest(id: number): Request {
    const { random } = this.#options;
    const seen = this.#seen;
    const type = pickWeighted(random, [
      [3, 'read'],
      [2, 'create'],
      [3, 'update'],
      [2, 'patch'],
      [2, 'delete'],
    ] as const);
    switch (type) {
      case 'read':
        return { type };
      case 'create':
        return { type, put: `w${id}` };
      case 'patch':
        return { type, patch: `w${id}` };
      case 'update':
        return { type, put: `w${id}`, patch: seen?.patch ?? '', expectedRv: seen?.rv ?? 1 };
      case 'delete':
        return pickOne(random, [
          { type },
          { type, ...(seen === undefined ? {} : { expectedRv: seen.rv }) },
          { type, ...(seen === undefined ? {} : { expectedUid: seen.uid }) },
        ]);
    }
  }

  /** The answer gets lost before anything happened; it may happen yet. */
  #lose(running: Running): void {
    this.#adrift.push(running);
    this.#record(running, { type: 'unknown' });
  }

  #record({ id, client, request, invoked }: Running, outcome: Outcome): void {
    this.#running.delete(client);
    const returned = outcome.type === 'unknown' ? Infinity : this.#time;
    this.history.push({ id, key: 'x', by: `c${client}`, request, outcome, invoked, returned });
    if (outcome.type === 'ok') this.#seen = outcome.version;
  }

  #happen(running: Running): void {
    running.outcome = this.#effect(running.request);
  }

  #effect(request: Request): Outcome {
    const current = this.#current;
    if (request.type === 'create') {
      if (current !== undefined) return { type: 'AlreadyExists' };
      return this.#write({ uid: `u-${request.put}`, put: request.put, patch: '' });
    }
    if (current === undefined) return { type: 'NotFound' };
    switch (request.type) {
      case 'read':
        return { type: 'ok', version: current };
      case 'update':
        if (current.rv !== request.expectedRv) return { type: 'Conflict' };
        return this.#write({ ...current, put: request.put, patch: request.patch });
      case 'patch':
        return this.#write({ ...current, patch: request.patch });
      case 'delete': {
        const { expectedRv = current.rv, expectedUid = current.uid } = request;
        if (expectedRv !== current.rv || expectedUid !== current.uid) return { type: 'Conflict' };
        this.#rv += 1;
        this.#current = undefined;
        return { type: 'deleted', uid: current.uid };
      }
    }
  }

  #write(content: Omit<Version, 'rv'>): Outcome {
    // Other objects use revisions as well.
    this.#rv += this.#options.random() < 0.3 ? 2 : 1;
    this.#current = { ...content, rv: this.#rv };
    return { type: 'ok', version: this.#current };
  }
}
