import { quoteGo } from '@imagestream/core';

const LAYOUT = '2006-01-02T15:04:05Z07:00';

/** A text that is no RFC 3339 time; the message is Go's. */
export class TimeSyntaxError extends Error {
  override readonly name = 'TimeSyntaxError';
}

interface Field {
  /** What the layout has here; error texts quote it. */
  readonly element: string;
  readonly digits: number;
  /** The range the number must be in, and what it is called when it is not. */
  readonly range?: readonly [low: number, high: number, name: string];
}

const FIELDS: readonly Field[] = [
  { element: '2006', digits: 4 },
  { element: '01', digits: 2, range: [1, 12, 'month'] },
  { element: '02', digits: 2 },
  { element: '15', digits: 2, range: [0, 23, 'hour'] },
  { element: '04', digits: 2, range: [0, 59, 'minute'] },
  { element: '05', digits: 2, range: [0, 59, 'second'] },
];

/** What stands after each field. */
const SEPARATORS = ['-', '-', 'T', ':', ':', ''];

/**
 * Reads an RFC 3339 time as the API server does and gives it as the server writes it: UTC, whole seconds.
 *
 * Throws a TimeSyntaxError.
 */
export function canonicalTime(text: string): string {
  const parser = new TimeParser(text);
  const [year, month, day, hour, minute, second] = parser.readFields();
  const offsetMinutes = parser.readOffset();
  parser.checkEnd();
  parser.checkDay(year, month, day);
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  time.setUTCHours(hour, minute - offsetMinutes, second);
  return formatSeconds(time);
}

function formatSeconds(time: Date): string {
  const iso = time.toISOString();
  // Years beyond 9999 print with a sign; Go refuses to write them, so the sign never reaches a client.
  return `${iso.slice(0, iso.indexOf('.'))}Z`;
}

class TimeParser {
  readonly #whole: string;
  #rest: string;

  constructor(text: string) {
    this.#whole = text;
    this.#rest = text;
  }

  readFields(): [number, number, number, number, number, number] {
    const numbers: [number, number, number, number, number, number] = [0, 0, 0, 0, 0, 0];
    FIELDS.forEach((field, index) => {
      numbers[index] = this.#readNumber(field);
      const separator = SEPARATORS[index] ?? '';
      if (!this.#rest.startsWith(separator)) throw this.#cannot(this.#rest, separator);
      this.#rest = this.#rest.slice(separator.length);
    });
    const fraction = /^[.,]\d+/.exec(this.#rest);
    if (fraction !== null) this.#rest = this.#rest.slice(fraction[0].length);
    return numbers;
  }

  #readNumber({ element, digits, range }: Field): number {
    const text = this.#rest.slice(0, digits);
    // Go takes a one-digit hour in this layout and nothing else shorter than it should be.
    const short = element === '15' && /^\d(?!\d)/.test(this.#rest);
    const taken = short ? text.slice(0, 1) : text;
    if (!short && !(taken.length === digits && /^\d+$/.test(taken)))
      throw this.#cannot(this.#rest, element);
    this.#rest = this.#rest.slice(taken.length);
    const number = Number(taken);
    if (range !== undefined && (number < range[0] || number > range[1])) {
      throw this.#outOfRange(range[2]);
    }
    return number;
  }

  /** The offset from UTC in minutes. */
  readOffset(): number {
    if (this.#rest.startsWith('Z')) {
      this.#rest = this.#rest.slice(1);
      return 0;
    }
    const match = /^([+-])(\d\d):(\d\d)/.exec(this.#rest);
    if (match === null) throw this.#cannot(this.#rest, 'Z07:00');
    const [text, sign, hours, minutes] = match;
    if (Number(hours) > 24) throw this.#outOfRange('time zone offset hour');
    if (Number(minutes) > 60) throw this.#outOfRange('time zone offset minute');
    this.#rest = this.#rest.slice(text.length);
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  }

  checkDay(year: number, month: number, day: number): void {
    const last = new Date(Date.UTC(year % 400 || 400, month, 0)).getUTCDate();
    if (day < 1 || day > last) throw this.#outOfRange('day');
  }

  checkEnd(): void {
    if (this.#rest !== '') {
      throw new TimeSyntaxError(
        `parsing time ${quoteGo(this.#whole)}: extra text: ${quoteGo(this.#rest)}`,
      );
    }
  }

  #cannot(rest: string, element: string): TimeSyntaxError {
    return new TimeSyntaxError(
      `parsing time ${quoteGo(this.#whole)} as "${LAYOUT}": cannot parse ${quoteGo(rest)} as "${element}"`,
    );
  }

  #outOfRange(what: string): TimeSyntaxError {
    return new TimeSyntaxError(`parsing time ${quoteGo(this.#whole)}: ${what} out of range`);
  }
}
