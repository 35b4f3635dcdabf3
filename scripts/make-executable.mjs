// Marks built commands as executable, which tsc does not. Called in a package folder with their paths.
import { chmodSync } from 'node:fs';

for (const file of process.argv.slice(2)) chmodSync(file, 0o755);
