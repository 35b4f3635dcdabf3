import type { DiagnosticBag, SourcePointer } from '../diagnostics.js';
import { isJsonArray, isJsonObject, ownValue, pointerStep } from '../json.js';
import type { JsonObject, JsonValue } from '../json.js';

/**
 * Reads one object of a source file, entry by entry. A missing or ill-typed entry becomes a
 * diagnostic and a harmless stand-in, so that one run reports everything; `finish` reports entries
 * that nobody asked for, which are typing errors.
 */
export class SourceReader {
  readonly at: SourcePointer;
  readonly #value: JsonObject;
  readonly #bag: DiagnosticBag;
  readonly #asked = new Set<string>();

  constructor(value: JsonValue | undefined, at: SourcePointer, bag: DiagnosticBag) {
    this.at = at;
    this.#bag = bag;
    this.#value = isJsonObject(value) ? value : {};
    if (!isJsonObject(value)) this.complain('', 'an object is expected here');
  }

  /** A text that must be there; it may be empty when it is written so. */
  text(key: string): string {
    const text = this.optionalText(key);
    if (text === undefined) this.complain('', `the entry ${JSON.stringify(key)} is missing`);
    return text ?? '';
  }

  /** A text for readers, which must be there and say something. */
  sentence(key: string): string {
    const text = this.text(key);
    if (text.trim() === '') this.#undescribed(key);
    return text;
  }

  /** Every entry of the object as a text for readers, by key. */
  sentences(): ReadonlyMap<string, string> {
    return new Map(Object.keys(this.#value).map((key) => [key, this.sentence(key)]));
  }

  /** A text that may be absent. */
  optionalText(key: string): string | undefined {
    const value = this.#take(key);
    if (value === undefined || typeof value === 'string') return value;
    this.complain(key, `${key} is not a text`);
    return undefined;
  }

  /** A boolean; absent means false. */
  flag(key: string): boolean {
    const value = this.#take(key);
    if (value === undefined) return false;
    if (typeof value !== 'boolean') this.complain(key, `${key} is neither true nor false`);
    return value === true;
  }

  /** A whole number that may be absent. */
  optionalInteger(key: string): number | undefined {
    const value = this.#take(key);
    if (value === undefined || (typeof value === 'number' && Number.isInteger(value))) return value;
    this.complain(key, `${key} is not a whole number`);
    return undefined;
  }

  /** A list of texts, or undefined when absent. */
  optionalNames(key: string): readonly string[] | undefined {
    const value = this.#take(key);
    if (value === undefined) return undefined;
    if (isJsonArray(value) && value.every((member) => typeof member === 'string')) return value;
    this.complain(key, `${key} is not a list of texts`);
    return undefined;
  }

  /** A list of texts; absent means empty. */
  names(key: string): readonly string[] {
    return this.optionalNames(key) ?? [];
  }

  /** A list of whole numbers that must be there. */
  integers(key: string): readonly number[] {
    const value = this.#take(key);
    if (isJsonArray(value) && value.every((member) => typeof member === 'number')) return value;
    this.complain('', `the entry ${JSON.stringify(key)} is missing or not a list of numbers`);
    return [];
  }

  /** An object as it is; absent means empty. */
  object(key: string): JsonObject {
    const value = this.#take(key);
    if (value === undefined) return {};
    if (isJsonObject(value)) return value;
    this.complain(key, `${key} is not an object`);
    return {};
  }

  /** A reader for an object that may be absent. */
  optionalChild(key: string): SourceReader | undefined {
    const value = this.#take(key);
    return value === undefined ? undefined : this.#below(key, value);
  }

  /** Readers for the members of a list of objects; absent means none. */
  children(key: string): readonly SourceReader[] {
    const value = this.#take(key);
    if (value === undefined) return [];
    if (!isJsonArray(value)) {
      this.complain(key, `${key} is not a list`);
      return [];
    }
    return value.map((member, index) => this.#below(key, member, index));
  }

  /** Readers for the entries of an object of objects, in the order written; absent means none. */
  entries(key: string): readonly (readonly [string, SourceReader])[] {
    const object = this.object(key);
    return Object.keys(object).map((name) => [
      name,
      this.#below(key, ownValue(object, name) ?? null, name),
    ]);
  }

  /** Keys that were not asked for and that `takes` accepts, with their values. */
  rest(takes: (key: string) => boolean): JsonObject {
    const keys = Object.keys(this.#value).filter((key) => !this.#asked.has(key) && takes(key));
    return Object.fromEntries(keys.map((key) => [key, this.#take(key) ?? null]));
  }

  /** Reports every entry that was not asked for. */
  finish(): void {
    for (const key of Object.keys(this.#value)) {
      if (!this.#asked.has(key)) this.complain(key, `unknown entry ${JSON.stringify(key)}`);
    }
  }

  /** Reports a problem with an entry, or with the object itself when the key is empty. */
  complain(key: string, message: string): void {
    const pointer = this.at.pointer + (key === '' ? '' : pointerStep(key));
    this.#bag.error('malformed-source', { file: this.at.file, pointer }, message);
  }

  #undescribed(key: string): void {
    const at = { file: this.at.file, pointer: this.at.pointer + pointerStep(key) };
    this.#bag.error('missing-description', at, `${key} says nothing`);
  }

  #take(key: string): JsonValue | undefined {
    this.#asked.add(key);
    return ownValue(this.#value, key);
  }

  #below(key: string, value: JsonValue, step?: string | number): SourceReader {
    const pointer =
      this.at.pointer + pointerStep(key) + (step === undefined ? '' : pointerStep(step));
    return new SourceReader(value, { file: this.at.file, pointer }, this.#bag);
  }
}
