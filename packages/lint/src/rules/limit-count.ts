import { defineRule, type Rule } from '../rule.js';
import { stream } from './example.js';

const three =
  '  tags:\n    - name: v1\n      from:\n        kind: DockerImage\n        name: quay.io/acme/app:v1\n    - name: v2\n      from:\n        kind: DockerImage\n        name: quay.io/acme/app:v2\n';

/** Finds streams with more references than a limit allows. */
export const limitCount: Rule = defineRule({
  id: 'limit-count',
  summary: 'A stream has no more references than the LimitRange of its namespace allows.',
  why: 'A LimitRange can limit `openshift.io/image-tags`: the number of different references in `spec.tags`. Bare names of tags in the same stream do not count. The linter does not know your limit; set the option `max`.',
  kinds: ['ImageStream'],
  severity: {},
  options: {
    max: {
      type: 'number',
      default: 100,
      description: 'How many different references a stream may have.',
    },
  },
  examples: {
    bad: [stream(`spec:\n${three.replace('  tags', '  ⟦tags⟧')}`, { options: { max: 1 } })],
    good: [stream(`spec:\n${three}`, { options: { max: 2 } })],
  },
  check({ tags, options, report }) {
    const max = Number(options['max']);
    const references = new Set(
      tags.flatMap(({ from }) => {
        if (from?.name === undefined) return [];
        const isBare = from.kind === 'ImageStreamTag' && !from.name.includes(':');
        return isBare ? [] : [`${from.kind} ${from.namespace ?? ''} ${from.name}`];
      }),
    );
    if (references.size <= max) return;
    report({
      path: ['spec', 'tags'],
      at: 'key',
      message: `holds ${references.size} different references; the limit is ${max}`,
    });
  },
});
