/** The command was called in a way it does not know, or with files it cannot use: exit code 2. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}

/** What a thrown value says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
