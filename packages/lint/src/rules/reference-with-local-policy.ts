import { defineRule, type Rule } from '../rule.js';
import { streamTag } from './example.js';
import { DOUBTFUL } from './severities.js';

/** Finds references that are to be pulled through the internal registry. */
export const referenceWithLocalPolicy: Rule = defineRule({
  id: 'reference-with-local-policy',
  summary: 'A tag that is only a reference has the reference policy Source.',
  why: '`reference: true` yields no image the internal registry could serve, so that `Local` silently falls back to the source.',
  severity: DOUBTFUL,
  examples: {
    bad: [
      streamTag(
        'name: v1\nreference: true\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1\nreferencePolicy:\n  type: ⟦Local⟧',
      ),
    ],
    good: [
      streamTag(
        'name: v1\nreference: true\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1',
      ),
    ],
  },
  check({ tags, report }) {
    for (const { referencePolicy, raw, path } of tags) {
      if (referencePolicy['type'] !== 'Local' || raw['reference'] !== true) continue;
      report({
        path: [...path, 'referencePolicy', 'type'],
        message: 'falls back to the source: a tag with reference: true has no image to serve',
      });
    }
  },
});
