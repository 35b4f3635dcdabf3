import { EVENT_ID, getScalarValue, SCALAR_STYLE, type Event } from 'js-yaml';
import { SyntaxProblem } from './syntax-error.js';
import { resolvePlainScalar, resolveTaggedScalar, TagError } from './yaml-scalar.js';
import type { YamlEvents } from './yaml-events.js';

/** A key that stands twice in one mapping. Of the two values the last one counts. */
export interface RepeatedKey {
  readonly key: string;
  /** Where the later one stands. */
  readonly offset: number;
  readonly length: number;
}

/** What a document says. */
export interface YamlValue {
  readonly value: unknown;
  readonly repeatedKeys: readonly RepeatedKey[];
}

/** More values than a request of the largest size can hold without aliases that repeat each other. */
const MAX_VALUES = 1_000_000;

/**
 * The value of a YAML document as `oc` reads it: YAML 1.1 scalars, merge keys, of repeated keys the last one. What an alias
 * stands for is shared, not copied.
 *
 * Throws a SyntaxProblem for what `oc` cannot read either: unknown anchors, mappings as keys, endless aliases.
 */
export function composeValue(document: YamlEvents): YamlValue {
  const composer = new ValueComposer(document);
  const value = composer.read();
  return { value, repeatedKeys: composer.repeatedKeys };
}

interface Anchored {
  readonly value: unknown;
  readonly weight: number;
}

class ValueComposer {
  readonly repeatedKeys: RepeatedKey[] = [];
  readonly #text: string;
  readonly #events: readonly Event[];
  readonly #anchors = new Map<string, Anchored | 'open'>();
  #at: number;
  #weight = 0;

  constructor(document: YamlEvents) {
    this.#text = document.text;
    this.#events = document.events;
    this.#at = document.first;
  }

  read(): unknown {
    const event = this.#events[this.#at++];
    if (event === undefined) return null;
    if (++this.#weight > MAX_VALUES)
      throw new SyntaxProblem('document contains excessive aliasing', 0);
    switch (event.type) {
      case EVENT_ID.SCALAR:
        return this.#keep(event, this.#weight, this.#readScalar(event));
      case EVENT_ID.ALIAS:
        return this.#resolve(event.anchorStart, event.anchorEnd);
      case EVENT_ID.MAPPING: {
        const before = this.#open(event);
        return this.#keep(event, before, this.#readMap());
      }
      case EVENT_ID.SEQUENCE: {
        const before = this.#open(event);
        return this.#keep(event, before, this.#readList());
      }
      default:
        return null;
    }
  }

  #open(event: { anchorStart: number; anchorEnd: number }): number {
    if (event.anchorStart >= 0) this.#anchors.set(this.#slice(event), 'open');
    return this.#weight;
  }

  #keep<T>(event: { anchorStart: number; anchorEnd: number }, before: number, value: T): T {
    if (event.anchorStart >= 0) {
      this.#anchors.set(this.#slice(event), { value, weight: this.#weight - before + 1 });
    }
    return value;
  }

  #slice(event: { anchorStart: number; anchorEnd: number }): string {
    return this.#text.slice(event.anchorStart, event.anchorEnd);
  }

  #resolve(start: number, end: number): unknown {
    const name = this.#text.slice(start, end);
    const anchored = this.#anchors.get(name);
    if (anchored === undefined)
      throw new SyntaxProblem(`unknown anchor '${name}' referenced`, start);
    if (anchored === 'open')
      throw new SyntaxProblem(`anchor '${name}' value contains itself`, start);
    this.#weight += anchored.weight;
    if (this.#weight > MAX_VALUES)
      throw new SyntaxProblem('document contains excessive aliasing', start);
    return anchored.value;
  }

  #readScalar(event: Extract<Event, { type: typeof EVENT_ID.SCALAR }>): unknown {
    const text = getScalarValue(this.#text, event);
    const isPlain = event.style === SCALAR_STYLE.PLAIN;
    if (event.tagStart < 0) return isPlain ? resolvePlainScalar(text) : text;
    try {
      return resolveTaggedScalar(this.#text.slice(event.tagStart, event.tagEnd), text, isPlain);
    } catch (error) {
      if (!(error instanceof TagError)) throw error;
      throw new SyntaxProblem(error.message, event.tagStart);
    }
  }

  #isPop(): boolean {
    const event = this.#events[this.#at];
    return event === undefined || event.type === EVENT_ID.POP;
  }

  #readList(): unknown[] {
    const items: unknown[] = [];
    while (!this.#isPop()) items.push(this.read());
    this.#at++;
    return items;
  }

  #readMap(): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    const merged: unknown[] = [];
    while (!this.#isPop()) {
      const event = this.#events[this.#at];
      const keyStart = event === undefined ? 0 : startOf(event);
      if (event !== undefined && isMergeKey(event, this.#text)) {
        this.#at++;
        const target = this.read();
        const sources: readonly unknown[] = Array.isArray(target) ? target : [target];
        merged.push(...sources);
        continue;
      }
      const key = keyText(this.read(), keyStart);
      if (Object.hasOwn(map, key)) {
        this.repeatedKeys.push({ key, offset: keyStart, length: lengthOf(event) });
      }
      const value = this.read();
      define(map, key, value);
    }
    this.#at++;
    for (const source of merged) this.#merge(map, source);
    return map;
  }

  #merge(map: Record<string, unknown>, source: unknown): void {
    if (typeof source !== 'object' || source === null || Array.isArray(source)) {
      throw new SyntaxProblem('map merge requires map or sequence of maps as the value', 0);
    }
    for (const [key, value] of Object.entries(source)) {
      if (!Object.hasOwn(map, key)) define(map, key, value);
    }
  }
}

function define(map: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') map[key] = value;
  else
    Object.defineProperty(map, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
}

/** Whether an event is the plain key `<<`. */
export function isMergeKey(event: Event, text: string): boolean {
  return (
    event.type === EVENT_ID.SCALAR &&
    event.style === SCALAR_STYLE.PLAIN &&
    event.valueEnd - event.valueStart === 2 &&
    event.valueStart >= 0 &&
    text.startsWith('<<', event.valueStart)
  );
}

/** Where the text of an event starts; the quotes of a scalar included. */
export function startOf(event: Event): number {
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return event.valueStart - (isQuoted(event) ? 1 : 0);
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start;
    case EVENT_ID.ALIAS:
      return event.anchorStart - 1;
    default:
      return 0;
  }
}

function lengthOf(event: Event | undefined): number {
  if (event === undefined || event.type !== EVENT_ID.SCALAR) return 1;
  return event.valueEnd - event.valueStart + (isQuoted(event) ? 2 : 0);
}

/** Whether a scalar stands in quotes. */
export function isQuoted(event: Extract<Event, { type: typeof EVENT_ID.SCALAR }>): boolean {
  return event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
}

/** Keys of JSON objects are texts. Throws a SyntaxProblem for keys that have none. */
export function keyText(key: unknown, offset: number): string {
  if (typeof key === 'string') return key;
  if (typeof key === 'number' || typeof key === 'boolean') return String(key);
  const type = key === null ? 'null' : Array.isArray(key) ? 'list' : 'map';
  throw new SyntaxProblem(`unsupported map key of type: ${type}`, offset);
}
