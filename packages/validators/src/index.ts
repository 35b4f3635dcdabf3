export { validate } from './validate.js';
export type { Operation, ValidationContext } from './context.js';
export { INTERNAL_REGISTRY } from './context.js';
export { distinctErrors } from './distinct-errors.js';
export { RULE_IDS, type RuleId } from './rule-ids.js';
export {
  ALL_REGISTRIES,
  AllowedRegistriesError,
  createAllowedRegistries,
} from './allowed-registries.js';
export type {
  AllowedRegistries,
  AllowedRegistry,
  RegistryTransport,
} from './allowed-registries.js';
export { checkConsistency } from './check-consistency.js';
export { imageStreamName, pathSegmentName } from './name-rules.js';
export type { NameRule } from './name-rules.js';
export { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.js';
export type { ObjectMetaOptions } from './object-meta.js';
export { validateTagReference } from './parts/tag-reference.js';
export type { TagReferenceOptions } from './parts/tag-reference.js';
export { isInsecureRepository } from './parts/insecure-annotation.js';
export { validateImage, validateImageUpdate } from './kinds/image.js';
export { validateImageSignature, validateImageSignatureUpdate } from './kinds/image-signature.js';
export {
  validateImageStream,
  validateImageStreamStatusUpdate,
  validateImageStreamUpdate,
} from './kinds/image-stream.js';
export type { ImageStreamStatusUpdate, ImageStreamUpdate } from './kinds/image-stream.js';
export {
  validateImageStreamImport,
  validateImportRegistries,
} from './kinds/image-stream-import.js';
export { validateImageStreamLayers } from './kinds/image-stream-layers.js';
export { validateImageStreamMapping } from './kinds/image-stream-mapping.js';
export { validateImageStreamTag, validateImageStreamTagUpdate } from './kinds/image-stream-tag.js';
export type { ImageStreamTagUpdate } from './kinds/image-stream-tag.js';
export { validateImageTag, validateImageTagUpdate } from './kinds/image-tag.js';
export type { ImageTagUpdate } from './kinds/image-tag.js';
export { prepareImageStreamMapping } from './review/image-stream-mapping.js';
export { prepareImageStreamTagForUpdate } from './review/image-stream-tag.js';
export { prepareImageTagForCreate } from './review/image-tag.js';
