export { findObjects } from './find-objects.js';
export type { FindOptions, FoundObject } from './find-objects.js';
export { createLinter, lint } from './lint.js';
export type { Linter, LintResult, Skip } from './lint.js';
export { compareFindings, countSeverities } from './finding.js';
export type { Finding, TextEdit } from './finding.js';
export { applyFixes } from './fix/apply-edits.js';
export type { FixedText } from './fix/apply-edits.js';
export { formatPath, resolveField, valueAt } from './path.js';
export type { Path, PathStep } from './path.js';
export { defineRule, PRESETS, RuleDefinitionError } from './rule.js';
export type {
  Fix,
  JudgeSettings,
  Preset,
  Problem,
  Rule,
  RuleContext,
  RuleExample,
  RuleMeta,
  RuleOption,
  Severity,
} from './rule.js';
export { collectRules, LintOptionsError, resolveRules } from './settings.js';
export type { ActiveRule, LintOptions, RuleSetting } from './settings.js';
export { isUnknown } from './read/placeholders.js';
