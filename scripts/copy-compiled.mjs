// Copies compiled JavaScript and its declarations, which tsc leaves where they are, from src/ to dist/.
// Called in a package folder: node ../../scripts/copy-compiled.mjs gen
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

for (const folder of process.argv.slice(2)) {
  const source = join('src', folder);
  if (!existsSync(source)) continue;
  for (const name of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!/(?:\.d\.ts|\.js)$/.test(name)) continue;
    const target = join('dist', folder, name);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(source, name), target);
  }
}
