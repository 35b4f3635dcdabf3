import { defineRule, type Rule } from '../rule.js';
import { member } from '../tag-view.js';
import { importOf } from './example.js';
import { REMARK } from './severities.js';

const image = (more: string): string =>
  `  images:\n    - from:\n        kind: DockerImage\n        name: quay.io/acme/app:v1\n${more}`;

/** Finds wishes for manifests that an import throws away. */
export const importManifestDropped: Rule = defineRule({
  id: 'import-manifest-dropped',
  summary: '`includeManifest` goes with `import: false`.',
  why: 'With `import: true` the images are stored, and their manifests are taken out of the answer.',
  kinds: ['ImageStreamImport'],
  severity: REMARK,
  fixable: true,
  examples: {
    bad: [importOf(image('      ⟦includeManifest⟧: true'))],
    good: [importOf(image('      to:\n        name: v1'))],
  },
  check({ object, tags, report }) {
    if (member(object, 'spec')['import'] !== true) return;
    for (const { raw, path } of tags) {
      if (raw['includeManifest'] !== true) continue;
      const at = [...path, 'includeManifest'];
      report({
        path: at,
        at: 'key',
        message: 'has no effect with import: true',
        fix: { type: 'remove', path: at },
      });
    }
  },
});
