export {
  createImageServer,
  defaultInternalRegistry,
  type ImageServer,
  type ImageServerOptions,
} from './create-image-server.js';
export {
  type AnswerSink,
  type Body,
  type BytesBody,
  type ServerAnswer,
  type ServerRequest,
  type StreamBody,
} from './http/exchange.js';
export { type FlowLimits } from './http/flow-control.js';
export { type HistoryLimits } from './cache/watch-cache.js';
export {
  anonymous,
  clusterAdministrator,
  tokenAuthentication,
  type Authenticate,
} from './auth/authenticate.js';
export { parseTokenFile, TokenFileError } from './auth/token-file.js';
export { allowAll } from './auth/authorize.js';
export { rbacAuthorizer } from './auth/rbac.js';
export { Faults, type FaultRecord, type FaultTarget } from './control/faults.js';
export {
  FaultRuleError,
  parseFaultRule,
  type FaultAction,
  type FaultMatch,
  type FaultRule,
} from './control/fault-rule.js';
export { checkDump, type CheckedDump, type DumpEntry } from './dump/check-dump.js';
export { DumpError } from './dump/dump-error.js';
export { dumpFromText, type DumpLine, type DumpSource } from './dump/dump-source.js';
export { exportDump, type ExportOptions, type ExportReport } from './dump/export-dump.js';
export { importDump, type ImportOptions, type ImportReport } from './dump/import-dump.js';
export { ImportError, type ImportErrorCode } from './dump/import-error.js';
export { UnfinishedImportError } from './dump/unfinished-import.js';
export { readManifests, ManifestError } from './seed/read-manifests.js';
export { SeedError } from './seed/plant-seed.js';
export {
  type AccessAttributes,
  type AccessDecision,
  type Authorizer,
  type UserInfo,
} from './registry/request-context.js';
export { type AllowedRegistry } from './registry/resource-dependencies.js';
export {
  createFixedSource,
  makeFixedRepository,
  type FixedRepository,
} from './import/fixed-source.js';
export { createOciSource, type OciSourceOptions } from './import/oci-source.js';
export { type RegistryFetch } from './import/registry-request.js';
export {
  RegistryError,
  type FetchedManifest,
  type RegistryCredentials,
  type RegistryErrorCode,
  type RegistrySource,
  type RepositoryConnection,
  type RepositoryTarget,
} from './import/registry-source.js';
export { type Admission, type AdmissionCall, type AdmissionWrite } from './registry/admission.js';
export { type WebhookPost } from './webhook/call-webhook.js';
export {
  createWebhookAdmission,
  type WebhookAdmissionParts,
} from './webhook/create-webhook-admission.js';
export { type NamespaceLabels } from './webhook/match-webhook.js';
export {
  readWebhooks,
  WebhookConfigError,
  webhooksAt,
  type Webhook,
  type WebhookConfigOptions,
  type WebhookRule,
} from './webhook/webhook-config.js';
