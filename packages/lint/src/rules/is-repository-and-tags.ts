import { defineRule, type Rule } from '../rule.js';
import { member, textMember } from '../tag-view.js';
import { stream } from './example.js';
import { REMARK } from './severities.js';

/** Finds streams that name both a repository and tags. */
export const isRepositoryAndTags: Rule = defineRule({
  id: 'is-repository-and-tags',
  summary: 'A stream has either a repository or tags with a source, not both.',
  why: 'Both are imported, and they compete: the repository brings every tag it has, the entries of `spec.tags` bring theirs, and for a tag that both have it is not plain which one counts. Keep the tags.',
  kinds: ['ImageStream'],
  severity: REMARK,
  examples: {
    bad: [
      stream(
        'spec:\n  ⟦dockerImageRepository⟧: quay.io/acme/app\n  tags:\n    - name: v1\n      from:\n        kind: DockerImage\n        name: quay.io/acme/app:v1',
      ),
    ],
    good: [
      stream(
        'spec:\n  tags:\n    - name: v1\n      from:\n        kind: DockerImage\n        name: quay.io/acme/app:v1',
      ),
    ],
  },
  check({ object, tags, report }) {
    const repository = textMember(member(object, 'spec'), 'dockerImageRepository');
    if (repository === undefined || repository === '') return;
    if (!tags.some(({ from }) => from?.kind === 'DockerImage')) return;
    report({
      path: ['spec', 'dockerImageRepository'],
      at: 'key',
      message: 'stands beside tags with a source of their own; both are imported and compete',
    });
  },
});
