import { isJsonObject } from '@imagestream/core';
import { defineRule, type Rule } from '../rule.js';
import { member, textMember } from '../tag-view.js';
import { mark } from './example.js';
import { DOUBTFUL } from './severities.js';

/** Finds failed imports in what a server has printed. */
export const isConditionImportFailed: Rule = defineRule({
  id: 'is-condition-import-failed',
  summary: 'No import of a stream, as the server shows it, has failed.',
  why: 'The condition `ImportSuccess` is False until an import succeeds; meanwhile the tag keeps what it had, or stays empty. The message says what the registry answered.',
  kinds: ['ImageStream'],
  severity: DOUBTFUL,
  examples: {
    bad: [
      mark(
        'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\n  uid: 6f2c9f7e-5a0e-4c7a-9c1a-0a5f0c7d9b11\n  resourceVersion: "48151"\nstatus:\n  tags:\n    - tag: v1\n      items: null\n      conditions:\n        - type: ImportSuccess\n          status: ⟦"False"⟧\n          generation: 1\n          lastTransitionTime: "2024-02-29T12:00:00Z"\n          message: manifest unknown\n',
      ),
    ],
    good: [
      mark(
        'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\nstatus:\n  tags:\n    - tag: v1\n      items: null\n',
      ),
    ],
  },
  check({ object, report }) {
    const tags = member(object, 'status')['tags'];
    if (!Array.isArray(tags)) return;
    for (const [index, tag] of tags.entries()) {
      const conditions: unknown = isJsonObject(tag) ? tag['conditions'] : undefined;
      if (!Array.isArray(conditions)) continue;
      for (const [at, condition] of conditions.entries()) {
        if (
          textMember(condition, 'type') !== 'ImportSuccess' ||
          textMember(condition, 'status') !== 'False'
        )
          continue;
        const path = ['status', 'tags', index, 'conditions', at, 'status'];
        const cause = textMember(condition, 'message') ?? '';
        const message = `the import of tag ${JSON.stringify(textMember(tag, 'tag') ?? '')} has failed${cause === '' ? '' : `: ${cause}`}`;
        report({ path, message });
      }
    }
  },
});
