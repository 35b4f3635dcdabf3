import type { DiagnosticBag, DiagnosticCode, SourcePointer } from '../diagnostics.js';

/**
 * What reading a schema needs to know besides the schema. In definition sources, which people edit,
 * a complaint is an error; in documents of others it is a warning and the reading goes on, because
 * real ones hold such faults and are to be used all the same.
 */
export class NormaliseContext {
  readonly #bag: DiagnosticBag;
  readonly #strict: boolean;

  constructor(bag: DiagnosticBag, options: { readonly strict: boolean }) {
    this.#bag = bag;
    this.#strict = options.strict;
  }

  /** Reports a fault of the input, as error or warning. */
  complain(code: DiagnosticCode, source: SourcePointer, message: string): void {
    if (this.#strict) this.#bag.error(code, source, message);
    else this.#bag.warn(code, source, message);
  }

  /** Reports a decision the reader may want to know; never an error. */
  remark(code: DiagnosticCode, source: SourcePointer, message: string): void {
    this.#bag.info(code, source, message);
  }
}
