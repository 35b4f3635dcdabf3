import { defineRule, type Rule } from '../rule.js';
import { nameOfObject } from '../tag-view.js';
import { stream } from './example.js';
import { splitFollowed } from './followed.js';
import { REMARK } from './severities.js';

/** Finds tags that name their own stream. */
export const followBareVsQualified: Rule = defineRule({
  id: 'follow-bare-vs-qualified',
  summary: 'A tag of the same stream is named without the stream.',
  why: '`app:v1` inside the stream app and the bare `v1` mean the same. `oc get` marks only the bare form as following, and limits on references do not count it.',
  kinds: ['ImageStream'],
  severity: REMARK,
  fixable: true,
  examples: {
    bad: [
      stream(
        'spec:\n  tags:\n    - name: v1\n      from:\n        kind: DockerImage\n        name: quay.io/acme/app:v1\n    - name: latest\n      from:\n        kind: ImageStreamTag\n        name: ⟦app:v1⟧',
      ),
    ],
    good: [
      stream(
        'spec:\n  tags:\n    - name: v1\n      from:\n        kind: DockerImage\n        name: quay.io/acme/app:v1\n    - name: latest\n      from:\n        kind: ImageStreamTag\n        name: v1',
      ),
    ],
  },
  check({ tags, object, report }) {
    const own = nameOfObject(object);
    for (const { from } of tags) {
      const followed = splitFollowed(from);
      if (from?.kind !== 'ImageStreamTag' || followed === undefined || from.namespace !== undefined)
        continue;
      if (own === '' || followed.stream !== own || followed.target === '') continue;
      const path = [...from.path, 'name'];
      const text = followed.target;
      report({
        path,
        message: 'names the stream it stands in',
        suggestion: text,
        fix: { type: 'replace', path, text },
      });
    }
  },
});
