import { defineRule, type Rule } from '../rule.js';
import { imageFrom } from './example.js';
import { DOUBTFUL } from './severities.js';

/** Finds suppressions that hide nothing. Reported after the other rules. */
export const suppressUnused: Rule = defineRule({
  id: 'suppress-unused',
  summary: 'A suppression hides a finding.',
  why: 'One that hides nothing is a leftover, or names the wrong rule; and it will hide the next fault in this place.',
  severity: DOUBTFUL,
  examples: {
    bad: [
      imageFrom('quay.io/acme/app:v1 ⟦# imagestream-lint: ignore ref-unqualified -- mirrored⟧'),
    ],
    good: [imageFrom('acme/app:v1 # imagestream-lint: ignore ref-unqualified -- mirrored')],
  },
});
