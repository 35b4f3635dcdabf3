/** A dump that cannot be read or is not whole; the message names the line, if it is one line's fault. */
export class DumpError extends Error {
  override readonly name = 'DumpError';
  /** From 1. */
  readonly line: number | undefined;

  constructor(problem: string, options: ErrorOptions & { readonly line?: number } = {}) {
    super(options.line === undefined ? problem : `line ${options.line}: ${problem}`, options);
    this.line = options.line;
  }
}
