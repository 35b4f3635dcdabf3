import { type FieldError, withRule } from '@imagestream/core';
import type { RuleId } from './rule-ids.js';

/** Marks an error with the rule that found it. A rule id that `spec/rules.yaml` does not know does not compile. */
export function report(rule: RuleId, error: FieldError): FieldError {
  return withRule(error, rule);
}
