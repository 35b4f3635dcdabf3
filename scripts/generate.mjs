// Writes everything that is made from spec/: the OpenAPI documents beside the sources, the generated
// folders of the packages, and the pages and ids of the rules. With --check it only compares, and exits 1 on a difference.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CodegenError, assembleSpec, formatDiagnostic, run } from '../codegen/dist/index.js';
import { config } from '../codegen/codegen.config.mjs';
import { updateLintFiles } from '../packages/lint/scripts/rules.mjs';
import { updateRuleFiles } from '../packages/validators/scripts/rules.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Brings spec/openapi in line with the sources; gives the paths that were, or would be, changed. */
function assemble(check) {
  const files = assembleSpec(join(root, 'spec'));
  const paths = new Set(files.map(({ path }) => path));
  const changed = files.filter(({ path, text }) => readIfThere(join(root, 'spec', path)) !== text);
  const folder = join(root, 'spec', 'openapi');
  const stale = (
    existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []
  )
    .filter((name) => name.endsWith('.json'))
    .map((name) => `openapi/${name.replaceAll('\\', '/')}`)
    .filter((path) => !paths.has(path));
  if (!check) {
    for (const { path, text } of changed) {
      mkdirSync(dirname(join(root, 'spec', path)), { recursive: true });
      writeFileSync(join(root, 'spec', path), text);
    }
    for (const path of stale) rmSync(join(root, 'spec', path));
  }
  return [...changed.map(({ path }) => path), ...stale].map((path) => `spec/${path}`);
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** Runs the whole generation. Returns the exit code. */
export async function main(args) {
  const check = args.includes('--check');
  const unknown = args.filter((arg) => arg !== '--check');
  if (unknown.length > 0) {
    console.error(`generate takes --check and nothing else, not ${unknown.join(' ')}`);
    return 2;
  }
  try {
    const assembled = [
      ...assemble(check),
      ...(await updateRuleFiles({ check })),
      ...(await updateLintFiles({ check })),
    ];
    if (check && assembled.length > 0) {
      console.error(`not what the sources give: ${assembled.join(', ')}`);
      console.error('run npm run generate and commit the result');
      return 1;
    }
    const inputs = config.inputs.map((input) => join(root, input));
    const report = await run({ ...config, inputs, out: root, check });
    for (const found of report.diagnostics.filter(({ severity }) => severity === 'warning')) {
      console.error(formatDiagnostic(found));
    }
    const written = assembled.length + report.written.length;
    console.log(
      check
        ? `generated files are current (${report.unchanged.length} compared)`
        : `generate: ${written} written, ${report.unchanged.length} unchanged, ${report.deleted.length} deleted`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof CodegenError)) throw error;
    console.error(error.message);
    if (check) console.error('run npm run generate and commit the result');
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
