import { defineRule, type Rule } from '../rule.js';
import { streamTag } from './example.js';
import { STRICT_REMARK } from './severities.js';

/** Finds moving tags that are imported once. */
export const refLatestUnscheduled: Rule = defineRule({
  id: 'ref-latest-unscheduled',
  summary: 'A tag that takes `latest` from elsewhere is imported again and again.',
  why: 'Without `importPolicy.scheduled` an image is imported once and never looked at again, so that `latest` soon is not. Schedule it, or name a version. Nearly all public streams do neither, so only the strict preset asks.',
  kinds: ['ImageStream', 'ImageStreamTag', 'ImageTag'],
  severity: STRICT_REMARK,
  examples: {
    bad: [streamTag('name: v1\nfrom:\n  kind: DockerImage\n  name: ⟦quay.io/acme/app:latest⟧')],
    good: [
      streamTag(
        'name: v1\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:latest\nimportPolicy:\n  scheduled: true',
      ),
    ],
  },
  check({ tags, report }) {
    for (const { from, raw, importPolicy } of tags) {
      const reference = from?.reference;
      if (
        from === undefined ||
        reference === undefined ||
        reference.id !== '' ||
        reference.name === ''
      )
        continue;
      if (reference.tag !== 'latest' && reference.tag !== '') continue;
      if (importPolicy['scheduled'] === true || raw['reference'] === true) continue;
      report({
        path: [...from.path, 'name'],
        message: 'is imported once and then ages; set importPolicy.scheduled',
      });
    }
  },
});
