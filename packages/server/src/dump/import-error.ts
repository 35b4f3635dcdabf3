/**
 * Why a dump was not imported. `NotEmpty`: the store holds objects and nothing was written. `Disturbed`: somebody else
 * wrote to the store at the same time; what they wrote is there, and so is part of the dump. `TooLarge`: the store does not
 * take one of the objects; part of the dump is there.
 */
export type ImportErrorCode = 'NotEmpty' | 'Disturbed' | 'TooLarge';

/** A dump cannot be imported into this store. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
  readonly code: ImportErrorCode;

  constructor(code: ImportErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The error of an import that found a key other than it should be. */
export function disturbed(what: string): ImportError {
  return new ImportError(
    'Disturbed',
    `${what} was written by somebody else during the import; stop who writes (servers, other imports) and import again with --replace`,
  );
}
