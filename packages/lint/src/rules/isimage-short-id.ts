import { defineRule, type Rule } from '../rule.js';
import { streamTag } from './example.js';
import { splitFollowed } from './followed.js';
import { DOUBTFUL } from './severities.js';

/** Finds images named by the beginning of their id. */
export const isimageShortId: Rule = defineRule({
  id: 'isimage-short-id',
  summary: 'An ImageStreamImage is named by its whole digest.',
  why: 'The beginning of a digest is enough as long as one image fits. With the next push two may, and then every apply of the file is refused.',
  severity: DOUBTFUL,
  examples: {
    bad: [
      streamTag('name: v1\nfrom:\n  kind: ImageStreamImage\n  name: ⟦base@sha256:0123456789ab⟧'),
    ],
    good: [
      streamTag(
        `name: v1\nfrom:\n  kind: ImageStreamImage\n  name: base@sha256:${'0123456789abcdef'.repeat(4)}`,
      ),
    ],
  },
  check({ tags, report }) {
    for (const { from } of tags) {
      const followed = splitFollowed(from);
      if (from?.kind !== 'ImageStreamImage' || followed === undefined) continue;
      const hex = followed.target.replace(/^sha(?:256|384|512):/, '');
      if (hex === '' || !/^[0-9a-f]+$/i.test(hex) || hex.length >= 64) continue;
      report({
        path: [...from.path, 'name'],
        message: 'is the beginning of a digest; once two images fit, the stream is refused',
      });
    }
  },
});
