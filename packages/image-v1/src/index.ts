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
export {
  containsDigestShape,
  DigestError,
  hasDigestShape,
  isDigest,
  isOciDigest,
  parseDigest,
  parseOciDigest,
} from './digest.js';
export type { Digest, DigestAlgorithm, DigestErrorCode, ParsedDigest } from './digest.js';
export {
  ImageReferenceError,
  isImageReference,
  parseImageReference,
  tryParseImageReference,
} from './image-reference.js';
export type {
  ImageReference,
  ImageReferenceErrorCode,
  ImageReferenceProblem,
  ImageReferenceResult,
} from './image-reference.js';
export {
  asDaemonMinimal,
  asMinimal,
  asMostSpecific,
  asRepository,
  asV2,
  DEFAULT_TAG,
  DOCKER_HUB,
  formatImageReference,
  isDockerHub,
  isSameImageReference,
  registryAddress,
  registryUrl,
  withDockerClientDefaults,
} from './image-reference-forms.js';
export type { ImageReferenceForm, RegistryAddress } from './image-reference-forms.js';
export {
  CompoundNameError,
  formatImageStreamImageName,
  formatImageStreamTagName,
  parseImageSignatureName,
  parseImageStreamImageName,
  parseImageStreamTagName,
  splitImageStreamImageName,
  splitImageStreamTagName,
} from './tag-name.js';
export type { ImageSignatureName, ImageStreamImageName, ImageStreamTagName } from './tag-name.js';
export {
  findSpecTag,
  findStatusTag,
  followTag,
  latestTaggedImage,
  streamTagTarget,
} from './tag-history.js';
export type { FollowedTag, StreamTagTarget } from './tag-history.js';
export { resolveEvent, resolveTag } from './resolve.js';
export type { PullSpecResult, ResolveTagOptions } from './resolve.js';
export { matchesImageId, resolveImageId } from './image-id.js';
export type { ImageIdResult } from './image-id.js';
export { failedImport, tagImportState } from './import-state.js';
export type { TagImportState } from './import-state.js';
export { applyLookupPolicy, parseLocalImageName } from './lookup-policy.js';
export type { LocalImageName, LocalLookup } from './lookup-policy.js';
export { prioritizeTags } from './tag-priority.js';
export { compareBytes } from './text-order.js';
export {
  checkDockerMetadata,
  DockerMetadataVersionError,
  formatDockerMetadata,
  readDockerMetadata,
} from './conversion/docker-metadata.js';
export type { DockerMetadata, DockerMetadataProblem } from './conversion/docker-metadata.js';
export { ManifestError, MEDIA_TYPES, parseManifest } from './image-content/manifest.js';
export type { ParsedManifest } from './image-content/manifest.js';
export { fillImage } from './image-content/fill-image.js';
export type { FilledImage } from './image-content/fill-image.js';
export { prepareImageForCreate, prepareImageForUpdate } from './image-content/prepare-image.js';
export type { PrepareImageUpdateOptions } from './image-content/prepare-image.js';
