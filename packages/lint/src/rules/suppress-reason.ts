import { defineRule, type Rule } from '../rule.js';
import { imageFrom } from './example.js';
import { DOUBTFUL } from './severities.js';

/** Finds suppressions without a reason. Reported after the other rules. */
export const suppressReason: Rule = defineRule({
  id: 'suppress-reason',
  summary: 'A suppression says why.',
  why: 'Whoever reads the file next cannot know whether the reason still holds when none is given. Write it behind two dashes: `# imagestream-lint: ignore ref-unqualified -- mirrored by the cluster`.',
  severity: DOUBTFUL,
  examples: {
    bad: [imageFrom('acme/app:v1 ⟦# imagestream-lint: ignore ref-unqualified⟧')],
    good: [imageFrom('acme/app:v1 # imagestream-lint: ignore ref-unqualified -- mirrored')],
  },
});
