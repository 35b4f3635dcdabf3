export {
  createImageClient,
  type ImageClient,
  type ImageStreamHandle,
} from './create-image-client.js';
export { createClient, type Client } from './create-client.js';
export * from './functions.js';
export type * from './config.js';
export type * from './options.js';
export type * from './verbs.js';
export type * from './resource-handle.js';
export type * from './gen/handles.js';
export type * from './image-streams.js';
export * from './patch.js';
export {
  AlreadyExistsError,
  ApiError,
  BadRequestError,
  ConflictError,
  ExpiredError,
  ForbiddenError,
  InvalidError,
  isApiError,
  isExpired,
  NotFoundError,
  ProtocolError,
  TooManyRequestsError,
  TransportError,
  UnauthorizedError,
  WaitTimeoutError,
  type RequestInfo,
} from './errors.js';
export * from './image-errors.js';
export type { BackoffOptions } from './backoff.js';
export { systemClock, type Clock } from './clock.js';
export {
  createCache,
  type CacheChange,
  type CacheOptions,
  type IndexFunction,
  type ObjectCache,
} from './cache.js';
