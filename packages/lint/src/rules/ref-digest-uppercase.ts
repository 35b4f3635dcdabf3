import { isOciDigest } from '@imagestream/image-v1';
import { defineRule, type Rule } from '../rule.js';
import { imageFrom } from './example.js';
import { BROKEN } from './severities.js';

/** Finds digests that pass validation and fail at import. */
export const refDigestUppercase: Rule = defineRule({
  id: 'ref-digest-uppercase',
  summary: 'A digest is written in lower case.',
  why: 'Validation takes capital hex digits, the importer does not: the stream is stored and never filled.',
  severity: BROKEN,
  fixable: true,
  examples: {
    bad: [imageFrom(`⟦quay.io/acme/app@sha256:${'0123456789ABCDEF'.repeat(4)}⟧`)],
    good: [imageFrom(`quay.io/acme/app@sha256:${'0123456789abcdef'.repeat(4)}`)],
  },
  check({ tags, report }) {
    for (const { from } of tags) {
      const id = from?.reference?.id ?? '';
      if (
        from?.name === undefined ||
        id === '' ||
        isOciDigest(id) ||
        !isOciDigest(id.toLowerCase())
      )
        continue;
      const path = [...from.path, 'name'];
      const text = from.name.replace(id, id.toLowerCase());
      report({
        path,
        message: 'has a digest with capitals, which the importer refuses',
        suggestion: text,
        fix: { type: 'replace', path, text },
      });
    }
  },
});
