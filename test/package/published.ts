import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../repo/source-files.js';

/** A package that people install. */
export interface PublishedPackage {
  name: string;
  folder: string;
  manifest: {
    exports?: Record<string, unknown>;
    bin?: Record<string, string>;
    scripts?: Record<string, string>;
  };
}

/** Every published package, in the order of their folders. */
export function readPublished(): PublishedPackage[] {
  return readdirSync(join(ROOT, 'packages'))
    .sort()
    .map((directory) => {
      const folder = join(ROOT, 'packages', directory);
      const manifest = JSON.parse(
        readFileSync(join(folder, 'package.json'), 'utf8'),
      ) as PublishedPackage['manifest'];
      return { name: `@imagestream/${directory}`, folder, manifest };
    });
}
