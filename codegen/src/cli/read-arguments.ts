import { parseArgs } from 'node:util';
import { UsageError } from './usage-error.js';

/** Options by name: `many` may be repeated, `one` may not, `flag` takes no value. */
export type OptionKinds = Readonly<Record<string, 'many' | 'one' | 'flag'>>;

/** The command line, read. */
export interface ReadArguments {
  readonly many: (name: string) => readonly string[];
  readonly one: (name: string) => string | undefined;
  readonly flag: (name: string) => boolean;
  readonly positionals: readonly string[];
}

/** Reads options strictly: an unknown one, or one without its value, is a UsageError. */
export function readArguments(args: readonly string[], kinds: OptionKinds): ReadArguments {
  const options = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      {
        type: kind === 'flag' ? ('boolean' as const) : ('string' as const),
        multiple: kind === 'many',
      },
    ]),
  );
  const { values, positionals } = parse(args, options);
  const listOf = (name: string): readonly string[] => {
    const value = values[name];
    const list = Array.isArray(value) ? value : [value];
    return list.filter((member) => typeof member === 'string');
  };
  return {
    many: listOf,
    one: (name) => listOf(name)[0],
    flag: (name) => values[name] === true,
    positionals,
  };
}

function parse(
  args: readonly string[],
  options: Record<string, { type: 'boolean' | 'string'; multiple: boolean }>,
): { values: Readonly<Record<string, unknown>>; positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
