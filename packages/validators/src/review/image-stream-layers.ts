import { type FieldError, isJsonObject } from '@imagestream/core';
import type { ImageStreamLayers } from '@imagestream/image-v1';
import { validateImageStreamLayers } from '../kinds/image-stream-layers.js';

/** Judges the layers view of a stream, which only the server makes. Source: layers-missing. */
export function reviewImageStreamLayers(object: unknown): FieldError[] {
  if (!isJsonObject(object)) return [];
  // The structure has been checked against the schema of exactly this type.
  return validateImageStreamLayers(object as unknown as ImageStreamLayers);
}
