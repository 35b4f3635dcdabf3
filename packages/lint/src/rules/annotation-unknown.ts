import { isUnknown } from '../read/placeholders.js';
import { nearest } from '../nearest.js';
import { defineRule, type Rule } from '../rule.js';
import { member } from '../tag-view.js';
import { mark } from './example.js';
import { isOwnAnnotation, KNOWN_ANNOTATIONS } from './known-annotations.js';
import { REMARK } from './severities.js';

const head = (key: string): string =>
  `apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\n  annotations:\n    ${key}: "false"\n`;

/** Finds annotations that look like the API's own and are not. */
export const annotationUnknown: Rule = defineRule({
  id: 'annotation-unknown',
  summary:
    'An annotation under `openshift.io/image.` or `image.openshift.io/` is one the API knows.',
  why: 'The API reads only the annotations it knows, and says nothing about others: a slip in the key has no effect, and no message.',
  severity: REMARK,
  examples: {
    bad: [mark(head('⟦openshift.io/image.insecureRepositry⟧'))],
    good: [mark(head('openshift.io/image.insecureRepository'))],
  },
  check({ object, tags, report }) {
    const places = [
      {
        path: ['metadata', 'annotations'],
        annotations: member(member(object, 'metadata'), 'annotations'),
      },
      ...tags.map(({ path, annotations }) => ({ path: [...path, 'annotations'], annotations })),
    ];
    for (const { path, annotations } of places) {
      for (const key of Object.keys(annotations)) {
        if (!isOwnAnnotation(key) || KNOWN_ANNOTATIONS.has(key) || isUnknown(key)) continue;
        const suggestion = nearest(key, KNOWN_ANNOTATIONS.keys());
        const message = `nothing reads the annotation ${JSON.stringify(key)}`;
        report({
          path: [...path, key],
          at: 'key',
          message,
          ...(suggestion === undefined ? {} : { suggestion }),
        });
      }
    }
  },
});
