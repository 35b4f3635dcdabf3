import { defineRule, type Rule } from '../rule.js';
import { streamTag } from './example.js';
import { STRICT_REMARK } from './severities.js';

/** Finds tags without a source. */
export const tagWithoutFrom: Rule = defineRule({
  id: 'tag-without-from',
  summary: 'A tag says where its image comes from.',
  why: 'Without `from` the entry only describes a tag that builds or pushes are to fill. That is common and right; whoever expects an import waits for ever.',
  kinds: ['ImageStream'],
  severity: STRICT_REMARK,
  examples: {
    bad: [streamTag('⟦name⟧: v1\nannotations:\n  description: Filled by a build')],
    good: [streamTag('name: v1\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1')],
  },
  check({ tags, report }) {
    for (const { from, raw, path } of tags) {
      if (from !== undefined || (raw['from'] !== undefined && raw['from'] !== null)) continue;
      report({
        path: [...path, 'name'],
        at: 'key',
        message: 'the tag has no source; only a build or a push can fill it',
      });
    }
  },
});
