import type { ClientConfig } from '../config.js';

/** A configuration that was found somewhere. Give it to `createImageClient`; `close()` of the client closes its connections. */
export interface FoundConfig extends ClientConfig {
  /** The namespace to work in when nothing else is said. */
  readonly namespace: string;
}

/** What the server calls a client that says nothing else; it becomes the default field manager. */
export const USER_AGENT = 'imagestream-client';
