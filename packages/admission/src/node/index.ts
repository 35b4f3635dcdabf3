export {
  CONFIG_SCHEMA,
  DEFAULT_LIMITS,
  DEFAULT_SHUTDOWN,
  defaultConfig,
  readConfig,
  type AdmissionConfig,
  type Limits,
  type Shutdown,
} from './config.js';
export { makeCelPolicies, type CelPolicies, type CelPolicyOptions } from './cel-policy.js';
export { jsonLog, type Log } from './log.js';
export { makeManifests, type ManifestOptions } from './manifests.js';
export { replayReview, type Replayed } from './replay.js';
export { serve, type RunningWebhook, type ServeOptions } from './serve.js';
export { UsageError } from './usage-error.js';
