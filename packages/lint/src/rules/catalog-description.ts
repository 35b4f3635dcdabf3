import { defineRule, type Rule } from '../rule.js';
import { streamTag } from './example.js';
import { builderTags } from './builder-tags.js';
import { CATALOG } from './severities.js';

const KEY = 'description';

/** Finds builder tags without description. */
export const catalogDescription: Rule = defineRule({
  id: 'catalog-description',
  summary: 'A builder tag of a catalogue has a description.',
  why: 'The console shows it beside the name, and people search it.',
  kinds: ['ImageStream'],
  severity: CATALOG,
  examples: {
    bad: [
      streamTag(
        'name: v1\n⟦annotations⟧:\n  tags: builder\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1',
      ),
    ],
    good: [
      streamTag(
        `name: v1\nannotations:\n  tags: builder\n  ${KEY}: Something\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1`,
      ),
    ],
  },
  check({ tags, report }) {
    for (const { path, annotations } of builderTags(tags)) {
      const value = annotations[KEY];
      if (typeof value === 'string' && value.trim() !== '') continue;
      report({ path: [...path, 'annotations', KEY], message: `has no annotation ${KEY}` });
    }
  },
});
