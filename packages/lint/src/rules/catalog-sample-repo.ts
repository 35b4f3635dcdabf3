import { defineRule, type Rule } from '../rule.js';
import { streamTag } from './example.js';
import { builderTags } from './builder-tags.js';
import { CATALOG } from './severities.js';

const KEY = 'sampleRepo';

/** Finds builder tags without sampleRepo. */
export const catalogSampleRepo: Rule = defineRule({
  id: 'catalog-sample-repo',
  summary: 'A builder tag of a catalogue has a sample.',
  why: 'The console offers `sampleRepo` as something to try, and `oc new-app` has an example to point to.',
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
