import type { JsonObject } from '../json.js';

/** A parsed document with the name messages and banners use for it. */
export interface NamedDocument {
  readonly id: string;
  readonly root: JsonObject;
}
