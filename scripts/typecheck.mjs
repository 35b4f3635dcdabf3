// Type-checks every workspace with its tests, which the builds leave out. Prints what fails, exits 1 then.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const children = (folder) =>
  existsSync(`${root}/${folder}`)
    ? readdirSync(`${root}/${folder}`).map((name) => `${folder}/${name}`)
    : [];
const projects = ['codegen', ...children('packages'), ...children('examples'), 'test'].filter(
  (folder) => existsSync(`${root}/${folder}/tsconfig.json`),
);

let failed = 0;
for (const project of projects) {
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', `${project}/tsconfig.json`, '--noEmit'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${project}`);
  if (status !== 0) failed++;
}
process.exitCode = failed === 0 ? 0 : 1;
