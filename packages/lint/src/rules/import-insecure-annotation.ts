import { defineRule, type Rule } from '../rule.js';
import { member } from '../tag-view.js';
import { mark } from './example.js';
import { DOUBTFUL } from './severities.js';

const KEY = 'openshift.io/image.insecureRepository';

const head = (value: string): string =>
  `apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\n  annotations:\n    ${KEY}: ${value}\n`;

/** Finds the annotation that calls a repository insecure, in whatever spelling. */
export const importInsecureAnnotation: Rule = defineRule({
  id: 'import-insecure-annotation',
  summary: 'No annotation calls a repository insecure.',
  why: 'The annotation only widens the check against the allowed registries; imports look at `importPolicy.insecure` of the tag. And exactly `true` counts: `True`, `1` and `yes` have no effect at all.',
  severity: DOUBTFUL,
  examples: {
    bad: [mark(head('⟦"true"⟧')), mark(head('⟦"True"⟧'))],
    good: [mark(head('"false"'))],
  },
  check({ object, report }) {
    const value = member(member(object, 'metadata'), 'annotations')[KEY];
    if (typeof value !== 'string') return;
    const path = ['metadata', 'annotations', KEY];
    if (value === 'true')
      report({
        path,
        message:
          'lets insecure transport pass the check of allowed registries; imports do not look at it',
      });
    else if (/^(?:true|1|yes|y|on)$/i.test(value.trim())) {
      report({
        path,
        message: `${JSON.stringify(value)} has no effect: exactly "true" counts`,
        suggestion: 'true',
      });
    }
  },
});
