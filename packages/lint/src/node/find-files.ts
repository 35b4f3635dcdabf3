import type { Dirent } from 'node:fs';
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { globBase, globToExpression, isGlob } from './glob.js';
import { RunError } from './usage-error.js';

/** Which files to look at. */
export interface FindOptions {
  readonly paths: readonly string[];
  readonly respectsGitignore: boolean;
  /** Whether the configuration leaves a file out; asked with its absolute path. */
  readonly isIgnored: (path: string) => boolean;
}

/** The names of files that hold manifests. A payload description of OpenShift's release tooling has no extension. */
const MANIFEST = /\.(?:ya?ml|json)$|^image-references$/i;

/** The linter's own files, which are no manifests. */
const OWN = /^imagestream-lint\.(?:ya?ml|json)$/;

/** Folders nobody keeps manifests in. */
const NEVER = new Set(['node_modules', '.git']);

/**
 * The files of paths and patterns, in order and each once. A file named on the command line is always taken; in folders,
 * those that look like manifests and that no .gitignore leaves out. Throws a RunError for a path that does not exist and
 * for a pattern that matches nothing.
 */
export async function* findFiles(options: FindOptions): AsyncGenerator<string> {
  const seen = new Set<string>();
  for (const path of options.paths) {
    let count = 0;
    for await (const file of expand(path, options)) {
      count++;
      const key = resolve(file);
      if (seen.has(key)) continue;
      seen.add(key);
      yield file;
    }
    if (count === 0 && isGlob(path) && !(await exists(path)))
      throw new RunError(`no file matches ${JSON.stringify(path)}`);
  }
}

async function exists(path: string): Promise<boolean> {
  return (await statOf(path)) !== undefined;
}

async function statOf(path: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined;
    throw new RunError(`cannot look at ${path}: ${messageOf(error)}`);
  }
}

async function* expand(path: string, options: FindOptions): AsyncGenerator<string> {
  const found = await statOf(path);
  if (found?.isDirectory() === true) {
    yield* walk(path, await outerRules(path, options), options);
    return;
  }
  if (found !== undefined) {
    yield path;
    return;
  }
  if (!isGlob(path)) throw new RunError(`there is no file ${JSON.stringify(path)}`);
  const base = globBase(path);
  if (!(await exists(base))) return;
  const expression = globToExpression(normalise(path));
  for await (const file of walk(base, await outerRules(base, options), {
    ...options,
    takesAll: true,
  })) {
    if (expression.test(normalise(file))) yield file;
  }
}

function normalise(path: string): string {
  return path.split(sep).join('/').replace(/^\.\//, '');
}

/** The patterns of one .gitignore, and the folder they are relative to. */
interface IgnoreRules {
  readonly folder: string;
  readonly rules: Ignore;
}

async function* walk(
  folder: string,
  rules: readonly IgnoreRules[],
  options: FindOptions & { readonly takesAll?: boolean },
): AsyncGenerator<string> {
  const own = options.respectsGitignore ? await readIgnoreRules(folder) : undefined;
  const active = own === undefined ? rules : [...rules, own];
  for (const entry of await readFolder(folder)) {
    const path = folder === '.' ? entry.name : join(folder, entry.name);
    const isFolder = entry.isDirectory();
    if (isFolder && NEVER.has(entry.name)) continue;
    if (
      OWN.test(entry.name) ||
      isLeftOut(path, isFolder, active) ||
      options.isIgnored(resolve(path))
    )
      continue;
    if (isFolder) yield* walk(path, active, options);
    else if (
      (options.takesAll === true || MANIFEST.test(entry.name)) &&
      (await isFile(entry, path))
    )
      yield path;
  }
}

async function readFolder(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readEntries(folder);
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new RunError(`cannot read the folder ${folder}: ${messageOf(error)}`);
  }
}

function readEntries(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true });
}

/** Links are followed to files, not to folders, which might lead in circles. */
async function isFile(entry: Dirent, path: string): Promise<boolean> {
  if (entry.isFile()) return true;
  return entry.isSymbolicLink() && (await statOf(path))?.isFile() === true;
}

function isLeftOut(path: string, isFolder: boolean, rules: readonly IgnoreRules[]): boolean {
  let isOut = false;
  for (const { folder, rules: own } of rules) {
    const inside = normalise(relative(folder, resolve(path)));
    if (inside === '' || inside.startsWith('..')) continue;
    const verdict = own.test(isFolder ? `${inside}/` : inside);
    if (verdict.ignored) isOut = true;
    else if (verdict.unignored) isOut = false;
  }
  return isOut;
}

async function readIgnoreRules(folder: string): Promise<IgnoreRules | undefined> {
  try {
    const text = await readFile(join(folder, '.gitignore'), 'utf8');
    return { folder: resolve(folder), rules: ignore().add(text) };
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'EISDIR')) return undefined;
    throw new RunError(`cannot read ${join(folder, '.gitignore')}: ${messageOf(error)}`);
  }
}

/** The .gitignore files above a folder, up to the repository it belongs to. */
async function outerRules(folder: string, options: FindOptions): Promise<IgnoreRules[]> {
  if (!options.respectsGitignore) return [];
  const found: IgnoreRules[] = [];
  let at = resolve(folder);
  while (!(await isRepository(at))) {
    const parent = dirname(at);
    // Outside of a repository there is nothing to respect but what lies below.
    if (parent === at) return [];
    at = parent;
    const rules = await readIgnoreRules(at);
    if (rules !== undefined) found.unshift(rules);
  }
  return found;
}

async function isRepository(folder: string): Promise<boolean> {
  try {
    await lstat(join(folder, '.git'));
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return false;
    throw new RunError(`cannot look at ${join(folder, '.git')}: ${messageOf(error)}`);
  }
}

/** Whether an error carries a code of the system. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
