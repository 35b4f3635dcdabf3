/** A selector cannot be read. The message is the API server's own, word for word. */
export class SelectorError extends Error {
  override readonly name: string = 'SelectorError';
  /** The selector as it was given. */
  readonly selector: string;

  constructor(message: string, selector: string) {
    super(message);
    this.selector = selector;
  }
}
