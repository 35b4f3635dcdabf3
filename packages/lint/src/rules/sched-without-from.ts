import { defineRule, type Rule } from '../rule.js';
import { streamTag } from './example.js';
import { DOUBTFUL } from './severities.js';

/** Finds schedules for nothing. */
export const schedWithoutFrom: Rule = defineRule({
  id: 'sched-without-from',
  summary: 'A scheduled tag has a source.',
  why: 'Without `from` there is nothing to import, whatever the schedule.',
  kinds: ['ImageStream', 'ImageStreamTag', 'ImageTag'],
  severity: DOUBTFUL,
  examples: {
    bad: [streamTag('name: v1\nimportPolicy:\n  scheduled: ⟦true⟧')],
    good: [
      streamTag(
        'name: v1\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1\nimportPolicy:\n  scheduled: true',
      ),
    ],
  },
  check({ tags, report }) {
    for (const { importPolicy, raw, path } of tags) {
      if (importPolicy['scheduled'] !== true || (raw['from'] !== undefined && raw['from'] !== null))
        continue;
      report({
        path: [...path, 'importPolicy', 'scheduled'],
        message: 'has no effect: the tag has no source to import',
      });
    }
  },
});
