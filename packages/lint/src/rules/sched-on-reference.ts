import { defineRule, type Rule } from '../rule.js';
import { streamTag } from './example.js';
import { DOUBTFUL } from './severities.js';

/** Finds scheduled imports of tags that are never imported. */
export const schedOnReference: Rule = defineRule({
  id: 'sched-on-reference',
  summary: 'A tag that is only a reference is not imported on a schedule.',
  why: '`reference: true` means that the image is never imported. Of the two wishes, the schedule has no effect.',
  severity: DOUBTFUL,
  examples: {
    bad: [
      streamTag(
        'name: v1\nreference: true\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1\nimportPolicy:\n  scheduled: ⟦true⟧',
      ),
    ],
    good: [
      streamTag(
        'name: v1\nreference: true\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1',
      ),
    ],
  },
  check({ tags, report }) {
    for (const { importPolicy, raw, path } of tags) {
      if (importPolicy['scheduled'] !== true || raw['reference'] !== true) continue;
      report({
        path: [...path, 'importPolicy', 'scheduled'],
        message: 'has no effect: a tag with reference: true is never imported',
      });
    }
  },
});
