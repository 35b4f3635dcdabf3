/** The command was called in a way it does not know; what follows is its usage. */
export class UsageError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'UsageError';
  }
}
