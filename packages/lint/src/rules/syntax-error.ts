import { defineRule, type Rule } from '../rule.js';
import { mark } from './example.js';
import { REFUSED } from './severities.js';

/** Finds what is neither YAML nor JSON. Reported while a file is read. */
export const syntaxError: Rule = defineRule({
  id: 'syntax-error',
  summary: 'A file is YAML or JSON.',
  why: '`oc` reads nothing of a document that it cannot parse. Other documents of the same file are checked all the same.',
  severity: REFUSED,
  examples: {
    bad: [
      mark('apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: ⟦"⟧app\n'),
    ],
    good: [
      mark('apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: "app"\n'),
    ],
  },
});
