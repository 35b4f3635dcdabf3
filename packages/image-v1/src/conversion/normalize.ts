import type {
  Image,
  ImageSignature,
  ImageStream,
  ImageStreamImport,
  ImageStreamMapping,
  ImageStreamTag,
  ImageTag,
  NamedTagEventList,
  TagReference,
} from '../gen/kinds.js';
import { tryParseImageReference } from '../image-reference.js';
import { asRepository, formatImageReference } from '../image-reference-forms.js';
import { compareBytes } from '../text-order.js';
import {
  defaultImageStream,
  defaultImageStreamImport,
  defaultImageStreamTag,
  defaultImageTag,
  type ServerDefaults,
} from './defaults.js';
import { toWireShape, type WireShape } from './wire-shape.js';
import * as shapes from './wire-shapes.js';

/**
 * Returns an image stream as the server holds it after reading a body: unknown members gone, null and absent alike,
 * one entry per tag name (the last one wins), entries sorted by name, policies filled in.
 *
 * Accepts anything; what does not fit counts as unset. Applying it twice changes nothing more.
 *
 * Source: conversion-shape, tag-duplicate-last-wins, tag-order, default-reference-policy, default-import-mode.
 *
 * @example
 * normalizeImageStream({ metadata: { name: 'app' }, spec: { tags: [{ name: 'v1' }] } }).spec?.tags;
 * // [{ name: 'v1', annotations: null, generation: null, importPolicy: { importMode: 'Legacy' }, … }]
 */
export function normalizeImageStream(value: unknown, defaults: ServerDefaults = {}): ImageStream {
  return defaultImageStream(
    collapseTags(read<ImageStream>(shapes.imageStream, value, 'ImageStream')),
    defaults,
  );
}

/** Returns a stream tag as the server holds it. Source: conversion-shape, default-reference-policy. */
export function normalizeImageStreamTag(
  value: unknown,
  defaults: ServerDefaults = {},
): ImageStreamTag {
  return defaultImageStreamTag(
    read<ImageStreamTag>(shapes.imageStreamTag, value, 'ImageStreamTag'),
    defaults,
  );
}

/** Returns an image tag as the server holds it. Source: conversion-shape, default-reference-policy. */
export function normalizeImageTag(value: unknown, defaults: ServerDefaults = {}): ImageTag {
  return defaultImageTag(read<ImageTag>(shapes.imageTag, value, 'ImageTag'), defaults);
}

/** Returns an image as the server holds it; the inside of `dockerImageMetadata` is left alone. Source: conversion-shape. */
export function normalizeImage(value: unknown): Image {
  return read<Image>(shapes.image, value, 'Image');
}

/** Returns an image signature as the server holds it. Source: conversion-shape. */
export function normalizeImageSignature(value: unknown): ImageSignature {
  return read<ImageSignature>(shapes.imageSignature, value, 'ImageSignature');
}

/** Returns an image stream mapping as the server holds it. Source: conversion-shape. */
export function normalizeImageStreamMapping(value: unknown): ImageStreamMapping {
  return read<ImageStreamMapping>(shapes.imageStreamMapping, value, 'ImageStreamMapping');
}

/** Returns an import request as the server holds it. Source: conversion-shape, default-import-target. */
export function normalizeImageStreamImport(
  value: unknown,
  defaults: ServerDefaults = {},
): ImageStreamImport {
  return defaultImageStreamImport(
    read<ImageStreamImport>(shapes.imageStreamImport, value, 'ImageStreamImport'),
    defaults,
  );
}

/**
 * Returns a repository without tag and id, as the server prints `dockerImageRepository` of objects that very old
 * servers stored. A text that does not parse is returned as it is.
 *
 * Source: conversion-repository.
 */
export function formatRepository(repository: string): string {
  const parsed = tryParseImageReference(repository);
  if (parsed.type === 'error') return repository;
  const { tag, id } = parsed.reference;
  return tag === '' && id === ''
    ? repository
    : formatImageReference(asRepository(parsed.reference));
}

function read<T>(shape: WireShape, value: unknown, kind: string): T {
  const object = { ...toWireShape(shape, value), kind, apiVersion: 'image.openshift.io/v1' };
  // The shape lists exactly the members of T, each with the JSON type T gives it.
  return object as T;
}

function collapseTags(stream: ImageStream): ImageStream {
  const result: ImageStream = { ...stream };
  if (stream.spec?.tags !== undefined) {
    result.spec = {
      ...stream.spec,
      tags: lastByName(stream.spec.tags, nameOf).map(dropEmptyAnnotations),
    };
  }
  if (stream.status?.tags !== undefined) {
    result.status = { ...stream.status, tags: lastByName(stream.status.tags, tagOf) };
  }
  return result;
}

/** A stored stream does not tell an empty map from none; a stream tag on its way in does. */
function dropEmptyAnnotations(tag: TagReference): TagReference {
  return Object.keys(tag.annotations ?? {}).length > 0 ? tag : { ...tag, annotations: null };
}

function nameOf(tag: TagReference): string {
  return tag.name;
}

function tagOf(tag: NamedTagEventList): string {
  return tag.tag;
}

function lastByName<T>(items: readonly T[], name: (item: T) => string): T[] {
  const byName = new Map(items.map((item) => [name(item), item]));
  return [...byName.values()].sort((a, b) => compareBytes(name(a), name(b)));
}
