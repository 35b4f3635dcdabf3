/** A patch cannot be read or does not apply. */
export class PatchError extends Error {
  override readonly name: string = 'PatchError';
  /**
   * - `malformed`: the document is not a patch;
   * - `failed`: an operation does not apply to this object (a path is missing, a test failed);
   * - `too-many`: more operations than are allowed.
   */
  readonly code: 'malformed' | 'failed' | 'too-many';

  constructor(code: PatchError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
