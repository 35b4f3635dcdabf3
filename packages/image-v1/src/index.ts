export type * from './gen/kinds.js';
export type * from './gen/create.js';
export * from './gen/resources.js';
export * from './gen/guards.js';
export {
  defaultImageStream,
  defaultImageStreamImport,
  defaultImageStreamTag,
  defaultImageTag,
  defaultTagReference,
} from './conversion/defaults.js';
export type { ServerDefaults } from './conversion/defaults.js';
export {
  formatRepository,
  normalizeImage,
  normalizeImageSignature,
  normalizeImageStream,
  normalizeImageStreamImport,
  normalizeImageStreamMapping,
  normalizeImageStreamTag,
  normalizeImageTag,
} from './conversion/normalize.js';
export { changedTags, isTagChanged } from './lifecycle/tag-changes.js';
export {
  assignGenerationsForCreate,
  assignGenerationsForStatusUpdate,
  assignGenerationsForUpdate,
} from './lifecycle/generations.js';
export { withRepositories } from './lifecycle/repositories.js';
export type { RegistryHosts } from './lifecycle/repositories.js';
export { addTagEvent } from './lifecycle/tag-events.js';
export { followedStreams, followTags, wrapFollowProblems } from './lifecycle/follow-tags.js';
export type {
  FollowTagsContext,
  FollowTagsResult,
  StreamLookup,
  StreamName,
} from './lifecycle/follow-tags.js';
export { crossNamespaceReviews, denyReview } from './lifecycle/cross-namespace.js';
export type { AccessDenial, CrossNamespaceReview } from './lifecycle/cross-namespace.js';
export {
  prepareImageStreamForCreate,
  prepareImageStreamForInternalUpdate,
  prepareImageStreamForStatusUpdate,
  prepareImageStreamForUpdate,
} from './lifecycle/prepare-image-stream.js';
export { checkImageStreamLimits, countedImages, countedReferences } from './lifecycle/limits.js';
export type { ImageStreamLimits } from './lifecycle/limits.js';
