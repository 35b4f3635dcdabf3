export {
  createImageServer,
  defaultInternalRegistry,
  type ImageServer,
  type ImageServerOptions,
} from './create-image-server.js';
export {
  type ServerAnswer,
  type ServerRequest,
  type StreamBody,
  type AnswerSink,
} from './http/exchange.js';
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
