import { quoteGo } from '@imagestream/core';
import { DEFAULT_TAG } from './image-reference-forms.js';

/** The name of an ImageStreamTag or ImageTag taken apart. */
export interface ImageStreamTagName {
  /** The image stream. */
  readonly name: string;
  readonly tag: string;
}

/** The name of an ImageStreamImage taken apart. */
export interface ImageStreamImageName {
  /** The image stream. */
  readonly name: string;
  /** The image's name, a digest or the beginning of one. */
  readonly id: string;
}

/** The name of an ImageSignature taken apart. */
export interface ImageSignatureName {
  readonly imageName: string;
  readonly signatureName: string;
}

/** A compound name that cannot be taken apart. The message is the API server's own. */
export class CompoundNameError extends Error {
  override readonly name = 'CompoundNameError';
  readonly code = 'InvalidCompoundName';
  /** The name that was refused. */
  readonly compoundName: string;

  constructor(message: string, options: { compoundName: string }) {
    super(message);
    this.compoundName = options.compoundName;
  }
}

/**
 * Takes the name of a stream tag apart: exactly one colon, something on both sides. This is how the server reads
 * the names in URLs; on create it is lenient, see {@link splitImageStreamTagName}.
 *
 * Source: stream-tag-name.
 *
 * @example
 * parseImageStreamTagName('app:latest'); // { name: 'app', tag: 'latest' }
 */
export function parseImageStreamTagName(text: string): ImageStreamTagName {
  if (text.includes('@')) {
    throw refuse(text, (quoted) => `${quoted} is an image stream image, not an image stream tag`);
  }
  const halves = splitOnce(text, ':');
  if (halves === undefined) {
    throw refuse(text, (quoted) => `expected exactly one : delimiter in the istag ${quoted}`);
  }
  const [name, tag] = halves;
  if (name === '' || tag === '') {
    throw refuse(text, (quoted) => `image stream tag name ${quoted} must have a name and a tag`);
  }
  return { name, tag };
}

/**
 * Takes the name of a stream image apart: exactly one `@`, something on both sides.
 *
 * Source: stream-image-name.
 *
 * @example
 * parseImageStreamImageName('app@sha256:4f2b').id; // 'sha256:4f2b'
 */
export function parseImageStreamImageName(text: string): ImageStreamImageName {
  const halves = splitOnce(text, '@');
  if (halves === undefined) {
    throw refuse(text, (quoted) => `expected exactly one @ in the isimage name ${quoted}`);
  }
  const [name, id] = halves;
  if (name === '' || id === '') {
    throw refuse(text, (quoted) => `image stream image name ${quoted} must have a name and ID`);
  }
  return { name, id };
}

/**
 * Takes the name of an image signature apart: exactly one `@`, something on both sides.
 *
 * Source: signature-name.
 */
export function parseImageSignatureName(text: string): ImageSignatureName {
  const halves = splitOnce(text, '@');
  if (halves === undefined) {
    throw refuse(text, (quoted) => `expected exactly one @ in the image signature name ${quoted}`);
  }
  const [imageName, signatureName] = halves;
  if (imageName === '' || signatureName === '') {
    throw refuse(
      text,
      (quoted) => `image signature name ${quoted} must have an image name and signature name`,
    );
  }
  return { imageName, signatureName };
}

/**
 * Splits at the first colon and never fails: without a tag, or with an empty one, the tag is `latest`, and
 * `hasTag` says whether there was a colon.
 *
 * Source: stream-tag-name-lenient.
 */
export function splitImageStreamTagName(
  text: string,
): ImageStreamTagName & { readonly hasTag: boolean } {
  const colon = text.indexOf(':');
  if (colon === -1) return { name: text, tag: DEFAULT_TAG, hasTag: false };
  return { name: text.slice(0, colon), tag: text.slice(colon + 1) || DEFAULT_TAG, hasTag: true };
}

/**
 * Splits at the first `@` and never fails; `hasId` says whether there was one. The id may be empty.
 *
 * Source: stream-tag-name-lenient.
 */
export function splitImageStreamImageName(
  text: string,
): ImageStreamImageName & { readonly hasId: boolean } {
  const at = text.indexOf('@');
  if (at === -1) return { name: text, id: '', hasId: false };
  return { name: text.slice(0, at), id: text.slice(at + 1), hasId: true };
}

/** Joins stream and tag; an empty tag becomes `latest`. The mirror of {@link splitImageStreamTagName}. */
export function formatImageStreamTagName(parts: ImageStreamTagName): string {
  return `${parts.name}:${parts.tag || DEFAULT_TAG}`;
}

/** Joins stream and image name. The mirror of {@link splitImageStreamImageName}. */
export function formatImageStreamImageName(parts: ImageStreamImageName): string {
  return `${parts.name}@${parts.id}`;
}

function splitOnce(text: string, delimiter: string): [string, string] | undefined {
  const index = text.indexOf(delimiter);
  if (index === -1 || text.includes(delimiter, index + 1)) return undefined;
  return [text.slice(0, index), text.slice(index + 1)];
}

function refuse(text: string, message: (quoted: string) => string): CompoundNameError {
  return new CompoundNameError(message(quoteGo(text)), { compoundName: text });
}
