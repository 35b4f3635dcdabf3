// Writes what is made from spec/rules.yaml and from the rules: src/server/server-rules.ts, the pages of docs/rules
// and the schema of the configuration. With --check it only compares, and exits 1 on a difference.
//
// Pages need the built package; the table needs nothing, so the first run can be made before the first build:
// rules.mjs --table.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';

const here = fileURLToPath(new URL('..', import.meta.url));
const root = join(here, '..', '..');

/**
 * Rules of updates, of requests about status and of values only the server writes. A missing namespace is that of the request;
 * what is wrong with following tags comes wrapped into one error.
 */
const NOT_FOR_FILES =
  /^(?:meta-update-|meta-namespace-required$|stream-status-|layers-|stream-event-|.*-immutable$|stream-tag-update|image-tag-update|stream-follow-(?!wrapped)|stream-access)/;

/** The rules a finding can come from: those that are reported, for objects in files. */
export function readServerRules() {
  const { rules } = parse(readFileSync(join(root, 'spec', 'rules.yaml'), 'utf8'));
  return rules.filter(
    (rule) =>
      rule.message !== undefined && rule.usedBy.includes('lint') && !NOT_FOR_FILES.test(rule.id),
  );
}

async function makeTable() {
  const rows = readServerRules().map(({ id, group, sentence, message }) => ({
    id,
    group,
    sentence: sentence.trim(),
    message: message.trim(),
  }));
  const text = `// Made from spec/rules.yaml by packages/lint/scripts/rules.mjs. Do not edit. One table, so one file.

/** A rule of the validators: its id, what it demands, and a message it gives. */
export interface ServerRule {
  readonly id: string;
  readonly group: string;
  readonly sentence: string;
  readonly message: string;
}

/** The rules of the validators that an object in a file can break. */
export const SERVER_RULES: readonly ServerRule[] = ${JSON.stringify(rows, undefined, 2)};
`;
  return formatFile({ path: 'src/server/server-rules.ts', text });
}

async function formatFile({ path, text }) {
  const config = await resolveConfig(join(root, '.prettierrc.json'));
  const parser = { ts: 'typescript', md: 'markdown', json: 'json' }[path.split('.').at(-1)];
  return { path, text: await format(text, { ...config, parser }) };
}

/** Makes the files, as paths below the package and their text. */
export async function makeFiles({ onlyTable = false } = {}) {
  const table = await makeTable();
  if (onlyTable) return [table];
  const { makePages } = await import('./pages.mjs');
  const made = await makePages(readServerRules());
  return [table, ...(await Promise.all(made.map(formatFile)))];
}

function isBuilt() {
  return existsSync(join(here, 'dist', 'report', 'create-reporter.js'));
}

/** Writes or compares the files; returns the paths that differ. */
export async function updateLintFiles({ check = false, ...options } = {}) {
  // A fresh clone generates before it builds; its pages are current then, and left alone.
  const onlyTable = options.onlyTable === true || !isBuilt();
  const files = await makeFiles({ onlyTable });
  const changed = files.filter(({ path, text }) => read(path) !== text).map(({ path }) => path);
  const wanted = new Set(files.map(({ path }) => path));
  const folder = join(here, 'docs', 'rules');
  const stale =
    onlyTable || !existsSync(folder)
      ? []
      : readdirSync(folder)
          .map((name) => `docs/rules/${name}`)
          .filter((path) => !wanted.has(path));
  if (!check) {
    for (const { path, text } of files.filter(({ path }) => changed.includes(path))) {
      mkdirSync(dirname(join(here, path)), { recursive: true });
      writeFileSync(join(here, path), text);
    }
    for (const path of stale) rmSync(join(here, path));
  }
  return [...changed, ...stale].map((path) => `packages/lint/${path}`);
}

function read(path) {
  return existsSync(join(here, path)) ? readFileSync(join(here, path), 'utf8') : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes('--check');
  const changed = await updateLintFiles({ check, onlyTable: process.argv.includes('--table') });
  for (const path of changed)
    console.log(check ? `not what the sources give: ${path}` : `written: ${path}`);
  process.exitCode = check && changed.length > 0 ? 1 : 0;
}
