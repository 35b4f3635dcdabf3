import { isJsonObject } from '@imagestream/core';
import { defineRule, type Rule } from '../rule.js';
import { member } from '../tag-view.js';
import { stream } from './example.js';
import { BROKEN } from './severities.js';

/** Finds tags without a name. */
export const tagNameEmpty: Rule = defineRule({
  id: 'tag-name-empty',
  summary: 'Every entry of `spec.tags` has a name.',
  why: 'The server stores an entry without name as the tag with the empty name. Nothing can address it.',
  kinds: ['ImageStream'],
  severity: BROKEN,
  examples: {
    bad: [
      stream(
        'spec:\n  tags:\n    - ⟦from⟧:\n        kind: DockerImage\n        name: quay.io/acme/app:v1',
      ),
    ],
    good: [
      stream(
        'spec:\n  tags:\n    - name: v1\n      from:\n        kind: DockerImage\n        name: quay.io/acme/app:v1',
      ),
    ],
  },
  check({ object, report }) {
    const tags = member(object, 'spec')['tags'];
    if (!Array.isArray(tags)) return;
    for (const [index, tag] of tags.entries()) {
      const name: unknown = isJsonObject(tag) ? tag['name'] : undefined;
      if (tag !== null && !isJsonObject(tag)) continue;
      if (name !== undefined && name !== null && name !== '') continue;
      report({
        path: ['spec', 'tags', index, 'name'],
        message: 'a tag without name is stored under the empty name, where nothing finds it',
      });
    }
  },
});
