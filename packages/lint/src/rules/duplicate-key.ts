import { defineRule, type Rule } from '../rule.js';
import { stream } from './example.js';
import { DOUBTFUL } from './severities.js';

/** Finds keys that stand twice in one mapping. Reported while a file is read. */
export const duplicateKey: Rule = defineRule({
  id: 'duplicate-key',
  summary: 'A key stands once in a mapping.',
  why: 'Of two values the last one counts, and nothing says so: the first is lost. `oc` with server-side field validation refuses such a file.',
  severity: DOUBTFUL,
  examples: {
    bad: [stream('spec:\n  lookupPolicy:\n    local: true\n⟦spec⟧:\n  tags: []')],
    good: [stream('spec:\n  lookupPolicy:\n    local: true\n  tags: []')],
  },
});
