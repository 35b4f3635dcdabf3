import { parseArgs } from 'node:util';
import { parseCommandLine, type StoreChoice } from '../command-line.js';
import { etcdOptions } from '../etcd-options.js';
import { UsageError } from '../usage-error.js';

/** A store as a command line names it. */
export interface StorePlace {
  readonly choice: Exclude<StoreChoice, { readonly type: 'memory' }>;
  /** Of the server whose default folder is meant; 0 when the choice says where the store is. */
  readonly port: number;
}

/** What `imagestream-server export` or `import` is to do. */
export type DumpCommand =
  | { readonly type: 'help'; readonly usage: string }
  | {
      readonly type: 'export';
      readonly place: StorePlace;
      readonly revisions: boolean;
      /** Absent = stdout. */
      readonly out?: string;
    }
  | {
      readonly type: 'import';
      readonly place: StorePlace;
      readonly replace: boolean;
      /** Absent = stdin. */
      readonly in?: string;
    };

/** The options of the server that say where its store is. The server's own parser reads their values. */
const storeOptions = {
  'data-dir': { type: 'string' },
  port: { type: 'string' },
  memory: { type: 'boolean' },
  ...etcdOptions,
} as const;

const exportOptions = {
  ...storeOptions,
  revisions: { type: 'boolean' },
  out: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const importOptions = {
  ...storeOptions,
  replace: { type: 'boolean' },
  in: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const storeUsage = `  --data-dir D                 the store in this folder
  --port N                     the store of the server on this port, which has one without --data-dir
  --etcd-endpoints URL,...     a store in etcd; the other --etcd options of the server go with it
`;

const exportUsage = `usage: imagestream-server export STORE [options]

Writes a dump of all objects: JSON lines, everything as it was at one moment.

${storeUsage}
  --revisions                  with the revisions of each object: an import then keeps the order of writes
  --out F                      write into this file, which is there when it is whole (default: stdout)
  --help                       print this
`;

const importUsage = `usage: imagestream-server import STORE [options]

Writes the objects of a dump into a store. Nothing is written unless the dump is whole and right.
Stop the servers of the store before; their clients have to list again.

${storeUsage}
  --in F                       read this file (default: stdin)
  --replace                    remove what the store holds; it has to be empty otherwise
  --help                       print this
`;

/** Reads the arguments after the program's name, the command first. Throws a UsageError. */
export function parseDumpCommandLine([name, ...args]: readonly string[]): DumpCommand {
  return name === 'export' ? parseExport(args) : parseImport(args);
}

function parseExport(args: string[]): DumpCommand {
  const { values } = told(() => parseArgs({ args, options: exportOptions }));
  if (values.help === true) return { type: 'help', usage: exportUsage };
  const { out, revisions = false } = values;
  const place = readPlace(values);
  return { type: 'export', place, revisions, ...(out === undefined ? {} : { out }) };
}

function parseImport(args: string[]): DumpCommand {
  const { values } = told(() => parseArgs({ args, options: importOptions }));
  if (values.help === true) return { type: 'help', usage: importUsage };
  const { in: file, replace = false } = values;
  const place = readPlace(values);
  return { type: 'import', place, replace, ...(file === undefined ? {} : { in: file }) };
}

function told<R>(parse: () => R): R {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

type StoreValues = { readonly [K in keyof typeof storeOptions]?: string | boolean };

function readPlace(values: StoreValues): StorePlace {
  const args = Object.keys(storeOptions).flatMap((name) => {
    const value = values[name as keyof StoreValues]; // One of its own keys.
    if (value === undefined) return [];
    return value === true ? [`--${name}`] : [`--${name}=${String(value)}`];
  });
  const { store: choice, port } = parseCommandLine(args);
  if (choice.type === 'memory') {
    throw new UsageError(
      'a memory store ends with its server: give --import and --export to that one',
    );
  }
  if (choice.type === 'lmdb' && choice.directory === undefined && port === 0) {
    throw new UsageError('which store? --data-dir D, --port N or --etcd-endpoints URL,...');
  }
  return { choice, port };
}
