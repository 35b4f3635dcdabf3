import { defineRule, type Rule } from '../rule.js';
import { member } from '../tag-view.js';
import { mark } from './example.js';
import { KNOWN_ANNOTATIONS } from './known-annotations.js';
import { DOUBTFUL } from './severities.js';

const head = (key: string): string =>
  `apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\n  annotations:\n    ${key}: "false"\n`;

/** Finds annotations on kinds where they mean nothing. */
export const annotationWrongKind: Rule = defineRule({
  id: 'annotation-wrong-kind',
  summary: 'An annotation of the API stands on a kind where it means something.',
  why: 'The API reads each of its annotations on certain kinds only; `openshift.io/image.managed` for one on Image. Anywhere else it has no effect.',
  severity: DOUBTFUL,
  examples: {
    bad: [mark(head('⟦openshift.io/image.managed⟧'))],
    good: [mark(head('openshift.io/image.insecureRepository'))],
  },
  check({ object, kind, report }) {
    for (const key of Object.keys(member(member(object, 'metadata'), 'annotations'))) {
      const kinds = KNOWN_ANNOTATIONS.get(key);
      // A wish for a platform has a rule of its own, which says where it belongs.
      if (kinds === undefined || kinds.includes(kind) || kinds.includes('tag')) continue;
      const message = `has no effect on ${kind}; it is read on ${kinds.join(', ')}`;
      report({ path: ['metadata', 'annotations', key], at: 'key', message });
    }
  },
});
