import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { isJsonObject } from '@imagestream/core';
import { KubeconfigError } from './kubeconfig-error.js';

/** Which kubeconfig, and what of it. */
export interface KubeconfigOptions {
  /** A file, or several as in `$KUBECONFIG`; default: that variable, or `~/.kube/config`. */
  readonly path?: string;
  /** Default: the file's current context. */
  readonly context?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

type Entry = Readonly<Record<string, unknown>>;

/** A context with the cluster and the user it names. Relative paths have become absolute ones. */
export interface KubeconfigContext {
  readonly name: string;
  readonly namespace: string;
  readonly cluster: Entry;
  readonly user: Entry;
}

/** The members that name files, which are relative to the file they stand in. */
const PATHS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

/**
 * Reads a kubeconfig, or several laid over each other as kubectl does: of two entries with one name the first counts.
 *
 * Rejects with a KubeconfigError when a file, the context, or what the context names is missing.
 */
export async function readKubeconfig(options: KubeconfigOptions = {}): Promise<KubeconfigContext> {
  const { env = process.env } = options;
  const given = options.path ?? env['KUBECONFIG'];
  const paths = given?.split(delimiter).filter((path) => path !== '') ?? [
    join(homedir(), '.kube', 'config'),
  ];
  // A list from the environment may name files that do not exist; a single file has to.
  const files = await Promise.all(paths.map((path) => readOne(path, paths.length > 1)));
  const merged = new Merged(files);
  const name = options.context ?? merged.currentContext;
  const where = paths.join(delimiter);
  if (name === undefined) throw new KubeconfigError(`${where} has no current-context; name one`);
  const context = merged.find('contexts', 'context', name, where);
  return {
    name,
    namespace: textOf(context, 'namespace') ?? 'default',
    cluster: merged.find('clusters', 'cluster', textOf(context, 'cluster') ?? '', where),
    user: merged.find('users', 'user', textOf(context, 'user') ?? '', where),
  };
}

async function readOne(path: string, mayBeMissing: boolean): Promise<Entry> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (mayBeMissing) return {};
    throw new KubeconfigError(`${path} cannot be read`, { cause });
  }
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    // The parser's own message quotes the line, and lines here hold keys and tokens.
    throw new KubeconfigError(`${path} is not YAML`);
  }
  if (!isJsonObject(value)) throw new KubeconfigError(`${path} is not a kubeconfig`);
  return resolvePaths(value, dirname(path));
}

function resolvePaths(config: Entry, folder: string): Entry {
  const lists = ['clusters', 'users'].map((list): [string, unknown] => [
    list,
    itemsOf(config, list).map((item) => ({
      ...item,
      ...Object.fromEntries(
        ['cluster', 'user']
          .filter((member) => isJsonObject(item[member]))
          .map((member) => [member, absolute(item[member] as Entry, folder)]),
      ),
    })),
  ]);
  return { ...config, ...Object.fromEntries(lists) };
}

function absolute(entry: Entry, folder: string): Entry {
  return Object.fromEntries(
    Object.entries(entry).map(([member, value]) => [
      member,
      PATHS.includes(member) && typeof value === 'string' && value !== '' && !isAbsolute(value)
        ? join(folder, value)
        : value,
    ]),
  );
}

class Merged {
  readonly #files: readonly Entry[];

  constructor(files: readonly Entry[]) {
    this.#files = files;
  }

  get currentContext(): string | undefined {
    return this.#files
      .map((file) => textOf(file, 'current-context'))
      .find((name) => name !== undefined);
  }

  find(list: string, member: string, name: string, where: string): Entry {
    const items = this.#files.flatMap((file) => itemsOf(file, list));
    const entry = items.find((item) => item['name'] === name)?.[member];
    if (isJsonObject(entry)) return entry;
    const names = items.map((item) => JSON.stringify(item['name'])).join(', ');
    throw new KubeconfigError(
      `${where} has no ${member} ${JSON.stringify(name)}; it has ${names === '' ? 'none' : names}`,
    );
  }
}

function itemsOf(config: Entry, list: string): Entry[] {
  const items = config[list];
  return Array.isArray(items) ? items.filter(isJsonObject) : [];
}

/** A member that is a text; undefined when it is absent or, which is the same in a kubeconfig, empty. */
export function textOf(entry: Entry, member: string): string | undefined {
  const value = entry[member];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
