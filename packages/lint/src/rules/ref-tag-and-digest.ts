import { defineRule, type Rule } from '../rule.js';
import { imageFrom } from './example.js';
import { REMARK } from './severities.js';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** Finds references with both tag and digest. */
export const refTagAndDigest: Rule = defineRule({
  id: 'ref-tag-and-digest',
  summary: 'A pull specification has a tag or a digest, not both.',
  why: 'The digest decides, the tag is decoration that nobody checks and that gets out of date unnoticed.',
  severity: REMARK,
  examples: {
    bad: [imageFrom(`⟦quay.io/acme/app:v1@${DIGEST}⟧`)],
    good: [imageFrom(`quay.io/acme/app@${DIGEST}`)],
  },
  check({ tags, report }) {
    for (const { from } of tags) {
      const reference = from?.reference;
      if (
        from === undefined ||
        reference === undefined ||
        reference.tag === '' ||
        reference.id === ''
      )
        continue;
      const suggestion = (from.name ?? '').replace(`:${reference.tag}@`, '@');
      const message = `the tag ${JSON.stringify(reference.tag)} has no effect beside the digest`;
      report({ path: [...from.path, 'name'], message, suggestion });
    }
  },
});
