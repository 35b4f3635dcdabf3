import { defineRule, type Rule } from '../rule.js';
import { mark } from './example.js';
import { isDump } from '../read/dump.js';
import { REMARK } from './severities.js';

const head = (more: string): string =>
  `apiVersion: image.openshift.io/v1\nkind: ImageStreamTag\nmetadata:\n  name: app:v1\n${more}tag:\n  name: v1\n  from:\n    kind: DockerImage\n    name: quay.io/acme/app:v1\n`;

/** Finds fields of a stream tag that a write ignores. */
export const istagIgnoredFields: Rule = defineRule({
  id: 'istag-ignored-fields',
  summary: 'An ImageStreamTag in a file has a tag, and nothing else.',
  why: '`image`, `conditions`, `generation` and `lookupPolicy` show what the stream has. A write ignores them.',
  kinds: ['ImageStreamTag'],
  severity: REMARK,
  fixable: true,
  examples: { bad: [mark(head('⟦generation⟧: 2\n'))], good: [mark(head(''))] },
  check({ object, manifest, report }) {
    if (isDump(manifest)) return;
    for (const field of ['image', 'conditions', 'generation', 'lookupPolicy']) {
      if (!Object.hasOwn(object, field)) continue;
      report({
        path: [field],
        at: 'key',
        message: 'is ignored in a write',
        fix: { type: 'remove', path: [field] },
      });
    }
  },
});
