import { nearest } from '../nearest.js';
import { defineRule, type Rule } from '../rule.js';
import { importOf } from './example.js';
import { BROKEN } from './severities.js';

const image = (policy: string): string =>
  `  images:\n    - from:\n        kind: DockerImage\n        name: quay.io/acme/app:v1\n      referencePolicy:\n        type: ${policy}`;

/** Finds reference policies the import accepts and the stream refuses. */
export const importReferencePolicy: Rule = defineRule({
  id: 'import-reference-policy',
  summary: 'The reference policy of an import is Source or Local.',
  why: 'The import takes any text. It fails only when the result is to be written into the stream, where the rule applies.',
  kinds: ['ImageStreamImport'],
  severity: BROKEN,
  examples: { bad: [importOf(image('⟦local⟧'))], good: [importOf(image('Local'))] },
  check({ tags, report }) {
    for (const { referencePolicy, path } of tags) {
      const type = referencePolicy['type'];
      if (typeof type !== 'string' || type === '' || type === 'Source' || type === 'Local')
        continue;
      const suggestion = nearest(type, ['Source', 'Local']);
      const message = `${JSON.stringify(type)} is refused when the stream is written; valid values are "Source", "Local"`;
      report({
        path: [...path, 'referencePolicy', 'type'],
        message,
        ...(suggestion === undefined ? {} : { suggestion }),
      });
    }
  },
});
