import { defineRule, type Rule } from '../rule.js';
import { member, textMember } from '../tag-view.js';
import { stream } from './example.js';
import { REMARK } from './severities.js';

/** Finds streams that import a whole repository. */
export const isDeprecatedRepository: Rule = defineRule({
  id: 'is-deprecated-repository',
  summary: 'A stream names the tags it wants instead of a whole repository.',
  why: '`spec.dockerImageRepository` is deprecated since OpenShift 3.7. It imports whatever the repository holds, up to 50 tags, and nothing says which. Write one entry in `spec.tags` for each wanted image.',
  kinds: ['ImageStream'],
  severity: REMARK,
  examples: {
    bad: [stream('spec:\n  dockerImageRepository: ⟦quay.io/acme/app⟧')],
    good: [
      stream(
        'spec:\n  tags:\n    - name: v1\n      from:\n        kind: DockerImage\n        name: quay.io/acme/app:v1',
      ),
    ],
  },
  check({ object, report }) {
    const repository = textMember(member(object, 'spec'), 'dockerImageRepository');
    if (repository === undefined || repository === '') return;
    report({
      path: ['spec', 'dockerImageRepository'],
      message:
        'is deprecated: it imports up to 50 tags of the repository, whichever they are; list the tags in spec.tags',
    });
  },
});
