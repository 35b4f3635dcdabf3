/** A command line, or a configuration, that makes no sense: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something that kept the linter from running: exit code 3. */
export class RunError extends Error {
  override readonly name = 'RunError';
}
