// Runs the benches one after another, each in a process of its own: `npm run bench`, or `npm run bench -- store client`.
// With --save the output goes into RESULTS.md too. Ratios count: every figure stands beside a limit or a peer of the same run.
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';

const folder = import.meta.dirname;
const args = process.argv.slice(2);
const save = args.includes('--save');
const wanted = args.filter((name) => name !== '--save');
const known = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs') && file !== 'run.mjs')
  .map((file) => file.slice(0, -'.mjs'.length))
  .sort();
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`no such bench: ${unknown.join(', ')}; there are ${known.join(', ')}`);
  process.exit(2);
}

const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}`;
const sections = [];
let failed = false;
console.log(machine);
for (const name of wanted.length === 0 ? known : wanted) {
  const load = loadavg()[0].toFixed(1);
  console.log(`\n== ${name} (load ${load})`);
  const { status, stdout } = spawnSync(process.execPath, [join(folder, `${name}.mjs`)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 26,
  });
  process.stdout.write(stdout);
  failed ||= status !== 0;
  sections.push(`## ${name}\n\nLoad at start: ${load}.\n\n\`\`\`text\n${stdout.trim()}\n\`\`\`\n`);
}
if (save) {
  const head = `# Bench results\n\n${new Date().toISOString().slice(0, 10)}, ${machine}, \`npm run bench -- --save\`.\n\n`;
  writeFileSync(join(folder, 'RESULTS.md'), head + sections.join('\n'));
}
process.exitCode = failed ? 1 : 0;
