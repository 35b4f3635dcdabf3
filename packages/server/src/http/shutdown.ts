/**
 * Whether the server is about to end. From then on `/readyz` fails, so that nobody new is sent here, and whoever comes
 * nevertheless is told to come back later, when somebody else will answer. Source: replica-shutdown.
 */
export class Shutdown {
  #hasBegun = false;

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** May be called again. */
  begin(): void {
    this.#hasBegun = true;
  }
}
