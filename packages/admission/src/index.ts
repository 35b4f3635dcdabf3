export {
  createAdmissionHandler,
  type AdmissionHandlerOptions,
  type ReviewReport,
} from './handler.js';
export { IMAGE_GROUP, matchWrites, TAG_RESOURCES, type TagResource } from './image-requests.js';
export { parseReview, type ParsedReview } from './parse-review.js';
export {
  definePolicy,
  PolicyError,
  type CelRule,
  type Policy,
  type PolicyContext,
  type PolicyScope,
} from './policy.js';
export { makeFailure, makeResponse, makeReview } from './respond.js';
export { PolicyFault, runPolicies, type Decision, type Outcome } from './run-policies.js';
export { matchNames, soften, withScope, type ScopeOptions } from './scope.js';
export { readChangedSources, readTagSources, type TagSource } from './tag-sources.js';
export { allow, deny, patch, refuse, warn } from './verdict.js';
export { fitWarnings, WARNING_BUDGET, WARNING_LENGTH } from './warning-budget.js';
