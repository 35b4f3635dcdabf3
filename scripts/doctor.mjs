// Says what is missing on this machine and which command mends it. Exits 1 only when `npm test` could not run.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const root = new URL('..', import.meta.url);
let broken = false;

function say(mark, text, fix) {
  console.log(`${mark} ${text}${fix === undefined ? '' : `\n    fix: ${fix}`}`);
}

function must(ok, text, fix) {
  say(ok ? '[ok]' : '[!!]', text, ok ? undefined : fix);
  broken ||= !ok;
}

function optional(ok, text, fix) {
  say(ok ? '[ok]' : '[--]', text, ok ? undefined : fix);
}

function has(program) {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

function atLeast(version, wanted) {
  const [have, want] = [version, wanted].map((text) => text.split('.').map(Number));
  for (let i = 0; i < want.length; i++) if (have[i] !== want[i]) return have[i] > want[i];
  return true;
}

function canListen() {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(0, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

const node = process.versions.node;
must(atLeast(node, '20.19.0'), `Node ${node}`, 'install Node 20.19 or newer (https://nodejs.org)');
const npm = execFileSync('npm', ['--version'], { encoding: 'utf8' }).trim();
must(atLeast(npm, '10.0.0'), `npm ${npm}`, 'npm install --global npm@11');
must(existsSync(new URL('node_modules/typescript', root)), 'dependencies are installed', 'npm ci');
must(await canListen(), 'a loopback port can be opened', 'allow listening on 127.0.0.1');
const built = existsSync(new URL('packages/server/dist/index.js', root));
optional(built, 'packages are built', 'npm run build');
if (built && existsSync(new URL('scripts/generate.mjs', root))) {
  const check = spawnSync(process.execPath, ['scripts/generate.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  });
  optional(check.status === 0, 'generated files match spec/', 'npm run generate');
}
const packages = {
  'docker-registry': 'imports from a real registry',
  chromium: 'the browser tests',
  etcd: 'the etcd store',
  kubectl: 'the kubectl tests',
};
const debian = { etcd: 'etcd-server', kubectl: 'kubernetes-client' };
for (const [program, what] of Object.entries(packages)) {
  optional(
    has(program),
    `${program}, for ${what}`,
    `apt-get install -y ${debian[program] ?? program}`,
  );
}
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
console.log(
  broken
    ? '\nSomething the tests need is missing.'
    : `\nReady: npm test, or npm run demo (${manifest.name} ${manifest.version}).`,
);
process.exitCode = broken ? 1 : 0;
