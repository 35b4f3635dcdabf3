/** What a command does to the world besides files. */
export interface CommandOutlets {
  /** Standard output, one line or several. */
  readonly print: (text: string) => void;
  /** Standard error, one line or several. */
  readonly complain: (text: string) => void;
  readonly fetch: (url: string, headers: Readonly<Record<string, string>>) => Promise<Response>;
}

/** One word of the command line. */
export interface Command {
  readonly name: string;
  /** How it is called, without the program's name. */
  readonly usage: string;
  /** What it does and its options, line by line. */
  readonly help: readonly string[];
  /** Gives the exit code. Throws a UsageError, or a CodegenError when the inputs are at fault. */
  readonly run: (args: readonly string[], outlets: CommandOutlets) => Promise<number>;
}
