import { defineRule, type Rule } from '../rule.js';
import { streamTag } from './example.js';
import { STRICT_REMARK } from './severities.js';

/** Finds references that have no ImageStreamTag. */
export const referenceIstagHidden: Rule = defineRule({
  id: 'reference-istag-hidden',
  summary: 'A tag that is only a reference is not seen as an ImageStreamTag.',
  why: 'With `reference: true` a DockerImage is never imported, so that GET of the ImageStreamTag answers 404, and builds and triggers that name it do not start.',
  severity: STRICT_REMARK,
  examples: {
    bad: [
      streamTag(
        'name: v1\nreference: ⟦true⟧\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1',
      ),
    ],
    good: [streamTag('name: v1\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1')],
  },
  check({ tags, report }) {
    for (const { raw, from, path } of tags) {
      if (raw['reference'] !== true || from?.kind !== 'DockerImage') continue;
      report({
        path: [...path, 'reference'],
        message: 'the ImageStreamTag of this tag answers 404, since nothing is imported',
      });
    }
  },
});
