import { type FieldError, isJsonObject } from '@imagestream/core';
import type { ImageBlobReferences } from '@imagestream/image-v1';
import { validateImageStreamLayers } from '../kinds/image-stream-layers.js';

/** Judges the layers view of a stream, which only the server makes. Source: layers-missing. */
export function reviewImageStreamLayers(object: unknown): FieldError[] {
  const given = memberOf(object, 'images');
  if (!isJsonObject(given)) return [];
  const images = Object.entries(given).map(([name, image]) => [name, toReferences(image)] as const);
  return validateImageStreamLayers({ images: Object.fromEntries(images) });
}

/** What is null where something should be reads as empty, as everywhere. */
function toReferences(image: unknown): ImageBlobReferences {
  const config = memberOf(image, 'config');
  return {
    imageMissing: memberOf(image, 'imageMissing') === true,
    layers: toTexts(memberOf(image, 'layers')),
    config: typeof config === 'string' ? config : null,
    manifests: toTexts(memberOf(image, 'manifests')),
  };
}

function toTexts(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.map((text: unknown) => (typeof text === 'string' ? text : ''));
}

function memberOf(value: unknown, name: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
