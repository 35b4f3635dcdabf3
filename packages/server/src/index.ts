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
