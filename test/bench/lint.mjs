// Linting manifests, next to what others need to parse them: the `yaml` package's syntax tree, js-yaml's values, and
// yamllint, which looks at style only. Times are those of the processor, so that a busy machine changes little.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadAll } from 'js-yaml';
import { parseAllDocuments } from 'yaml';
import { createLinter } from '@imagestream/lint';

/** Another folder of manifests can be named on the command line. */
const folder =
  process.argv[2] ?? fileURLToPath(new URL('../../packages/lint/testdata/corpus', import.meta.url));

function readFiles() {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ya?ml|json)$/.test(name))
    .map((name) => ({ name, text: readFileSync(`${folder}/${name}`, 'utf8') }));
}

/** The least processor time of several rounds over all files, in milliseconds. */
function leastMs(files, work, rounds = 80) {
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    for (const file of files) work(file);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/** Wall time of yamllint over the same files, in milliseconds; undefined where it is not installed. */
function yamllintMs(files) {
  const paths = files.map(({ name }) => `${folder}/${name}`);
  const start = performance.now();
  const { error, status } = spawnSync(
    'yamllint',
    ['-d', '{rules: {key-duplicates: enable}}', ...paths],
    {
      stdio: 'ignore',
      timeout: 120_000,
    },
  );
  return error === undefined && status !== null ? performance.now() - start : undefined;
}

/** Runs the bench; rows of figures, and the ratio that is promised. */
export async function run() {
  const files = readFiles();
  const bytes = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  const linters = Object.fromEntries(
    ['server', 'recommended', 'strict'].map((preset) => [preset, createLinter({ preset })]),
  );
  const found = files.flatMap(({ name, text }) => linters.recommended.lint(text, name).findings);
  const work = {
    'lint, server preset': ({ name, text }) => linters.server.lint(text, name),
    'lint, recommended preset': ({ name, text }) => linters.recommended.lint(text, name),
    'lint, strict preset': ({ name, text }) => linters.strict.lint(text, name),
    'yaml, syntax tree alone': ({ text }) => parseAllDocuments(text),
    'js-yaml, values alone': ({ text }) => {
      try {
        loadAll(text);
      } catch (error) {
        if (error.name !== 'YAMLException') throw error;
      }
    },
  };
  const ms = Object.fromEntries(
    Object.entries(work).map(([name, call]) => [name, leastMs(files, call)]),
  );
  const yamllint = yamllintMs(files);
  if (yamllint !== undefined) ms['yamllint, wall time of one process'] = yamllint;
  const rows = Object.entries(ms).flatMap(([name, value]) => [
    { name, value: Math.round((files.length * 1000) / value), unit: 'files/s' },
    { name, value: Number((bytes / 1000 / value).toFixed(1)), unit: 'MB/s' },
  ]);
  const ratio = ms['lint, recommended preset'] / ms['yaml, syntax tree alone'];
  rows.push(
    {
      name: 'lint against the syntax tree of yaml',
      value: Number(ratio.toFixed(3)),
      unit: 'times (promised: at most 0.333)',
    },
    { name: 'files', value: files.length, unit: `files, ${bytes} bytes, ${found.length} findings` },
  );
  return { title: 'linting', rows };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { title, rows } = await run();
  console.log(title);
  for (const { name, value, unit } of rows) console.log(`  ${name}: ${value} ${unit}`);
}
