export { listen, type Listening, type ListenOptions } from './listen.js';
export { toRequestListener, type Handle } from './node-adapter.js';
export { registryFetch } from './registry-fetch.js';
export { createWebhookPost } from './webhook-post.js';
