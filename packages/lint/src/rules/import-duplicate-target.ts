import { defineRule, type Rule } from '../rule.js';
import { importOf } from './example.js';
import { BROKEN } from './severities.js';

const image = (name: string, to: string): string =>
  `    - from:\n        kind: DockerImage\n        name: ${name}\n      to:\n        name: ${to}`;

/** Finds imports that overwrite each other. */
export const importDuplicateTarget: Rule = defineRule({
  id: 'import-duplicate-target',
  summary: 'No two images of an import become the same tag.',
  why: 'Each is imported, and the last success is what the tag names in the end.',
  kinds: ['ImageStreamImport'],
  severity: BROKEN,
  examples: {
    bad: [
      importOf(
        `  images:\n${image('quay.io/acme/app:v1', 'app')}\n${image('quay.io/acme/app:v2', '⟦app⟧')}`,
      ),
    ],
    good: [
      importOf(
        `  images:\n${image('quay.io/acme/app:v1', 'v1')}\n${image('quay.io/acme/app:v2', 'v2')}`,
      ),
    ],
  },
  check({ tags, report }) {
    const seen = new Set<string>();
    for (const { role, name, from, path } of tags) {
      if (role !== 'importedImage') continue;
      const target = name ?? from?.reference?.tag ?? '';
      if (target === '') continue;
      const message = `another image of this import becomes the tag ${JSON.stringify(target)} too; the last one wins`;
      if (seen.has(target))
        report({
          path: name === undefined ? [...path, 'from', 'name'] : [...path, 'to', 'name'],
          message,
        });
      seen.add(target);
    }
  },
});
