import { defineRule, type Rule } from '../rule.js';
import { importOf } from './example.js';
import { DOUBTFUL } from './severities.js';

/** Finds imports of images that no tag will name. */
export const importNoTarget: Rule = defineRule({
  id: 'import-no-target',
  summary: 'An imported image says which tag it becomes.',
  why: '`to` defaults to the tag of the pull specification. Without either the image is looked up and then forgotten: no tag of the stream names it.',
  kinds: ['ImageStreamImport'],
  severity: DOUBTFUL,
  examples: {
    bad: [
      importOf(
        '  images:\n    - from:\n        kind: DockerImage\n        name: ⟦quay.io/acme/app⟧',
      ),
    ],
    good: [
      importOf(
        '  images:\n    - from:\n        kind: DockerImage\n        name: quay.io/acme/app\n      to:\n        name: latest',
      ),
    ],
  },
  check({ tags, report }) {
    for (const { role, raw, from } of tags) {
      if (role !== 'importedImage' || from?.reference === undefined || from.reference.name === '')
        continue;
      if (from.reference.tag !== '' || (raw['to'] !== undefined && raw['to'] !== null)) continue;
      report({
        path: [...from.path, 'name'],
        message: 'has no tag and no "to": the image is looked up and tagged nowhere',
      });
    }
  },
});
