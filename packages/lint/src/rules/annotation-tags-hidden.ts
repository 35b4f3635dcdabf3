import { defineRule, type Rule } from '../rule.js';
import { streamTag } from './example.js';
import { catalogueWords } from './builder-tags.js';

/** Finds hidden tags that do not say why. */
export const annotationTagsHidden: Rule = defineRule({
  id: 'annotation-tags-hidden',
  summary: 'A tag that is hidden from the catalogue says why.',
  why: 'A tag hidden with `tags: hidden` is there for those who know it; its `description` is the only place that tells them what to use instead.',
  kinds: ['ImageStream'],
  severity: { catalog: 'info' },
  examples: {
    bad: [
      streamTag(
        'name: v1\nannotations:\n  tags: ⟦builder,hidden⟧\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1',
      ),
    ],
    good: [
      streamTag(
        'name: v1\nannotations:\n  tags: builder,hidden\n  description: Use v2\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1',
      ),
    ],
  },
  check({ tags, report }) {
    for (const tag of tags) {
      if (
        !catalogueWords(tag).includes('hidden') ||
        typeof tag.annotations['description'] === 'string'
      )
        continue;
      report({
        path: [...tag.path, 'annotations', 'tags'],
        message: 'hides the tag, and no description says why',
      });
    }
  },
});
