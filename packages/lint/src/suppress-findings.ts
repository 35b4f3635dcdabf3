import { didYouMean, type ActiveRule } from './settings.js';
import { collectRules } from './settings.js';
import type { Suppression, SuppressionResult } from './suppress.js';

/** What is wrong with a suppression itself. */
export interface SuppressionProblem {
  readonly rule: string;
  readonly message: string;
  readonly span: { readonly start: number; readonly end: number };
}

/** A suppression must say why, and hide something: an excuse for nothing hides the next fault. */
export function judgeSuppressions(
  suppressions: readonly Suppression[],
  unused: SuppressionResult['unused'],
  active: ReadonlyMap<string, ActiveRule>,
): SuppressionProblem[] {
  const problems: SuppressionProblem[] = [];
  for (const suppression of suppressions) {
    const span = { start: suppression.start, end: suppression.end };
    if (suppression.reason !== '') continue;
    const message = 'says no reason; write it behind the rules: "-- because …"';
    problems.push({ rule: 'suppress-reason', message, span });
  }
  for (const { suppression, rules } of unused) {
    const span = { start: suppression.start, end: suppression.end };
    if (suppression.rules.length === 0) {
      problems.push({ rule: 'suppress-unused', message: 'names no rule to suppress', span });
    }
    for (const rule of rules) {
      const known = collectRules();
      const isKnown = known.has(rule) || active.has(rule);
      // A rule that is off finds nothing, so it cannot be said to be suppressed in vain.
      if (isKnown && !active.has(rule)) continue;
      const message = isKnown
        ? `suppresses ${rule}, which finds nothing here`
        : `suppresses ${rule}, and there is no such rule${didYouMean(rule, known.keys())}`;
      problems.push({ rule: 'suppress-unused', message, span });
    }
  }
  return problems;
}
