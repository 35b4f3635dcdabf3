import type { Rule } from '../rule.js';
import { SERVER_RULES } from '../server/server-rules.js';
import { BROKEN, DOUBTFUL, REFUSED } from './severities.js';

/** What the server lets pass with a warning, unless the client asks it to refuse; `oc` does. */
const LENIENT = new Set(['structure-unknown-field', 'structure-duplicate']);

/** The rules of the validators as rules of the linter: same ids, same words. */
export const validatorRules: readonly Rule[] = SERVER_RULES.map(
  ({ id, group, sentence, message }) => ({
    id,
    summary: sentence,
    why:
      group === 'consistency'
        ? 'No server says so: it judges requests, and not what becomes of them.'
        : LENIENT.has(id)
          ? 'The server drops it without a word unless the client asks for strict checks, as `oc` does.'
          : 'The API server refuses the object with this very message.',
    severity: group === 'consistency' ? BROKEN : LENIENT.has(id) ? DOUBTFUL : REFUSED,
    message,
    examples: { bad: [], good: [] },
  }),
);
