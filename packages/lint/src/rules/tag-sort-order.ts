import { compareBytes } from '@imagestream/image-v1';
import { defineRule, type Rule } from '../rule.js';
import { stream } from './example.js';

/** Finds tags that stand in another order than the server's. */
export const tagSortOrder: Rule = defineRule({
  id: 'tag-sort-order',
  summary: 'Tags stand in the order of their names.',
  why: 'The server gives them back sorted by the bytes of their names. A file in the same order gives a diff that shows what differs.',
  kinds: ['ImageStream'],
  severity: { gitops: 'info' },
  examples: {
    bad: [stream('spec:\n  tags:\n    - name: v2\n    - name: ⟦v1⟧')],
    good: [stream('spec:\n  tags:\n    - name: v1\n    - name: v2')],
  },
  check({ tags, report }) {
    let last: string | undefined;
    for (const { name, path } of tags) {
      if (name === undefined) continue;
      if (last !== undefined && compareBytes(name, last) < 0) {
        report({
          path: [...path, 'name'],
          message: `the server puts it in front of ${JSON.stringify(last)}`,
        });
        return;
      }
      last = name;
    }
  },
});
