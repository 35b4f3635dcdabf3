import {
  badRequestError,
  isStatusError,
  makeStatus,
  quoteGo,
  StatusError,
} from '@imagestream/core';
import {
  CompoundNameError,
  parseImageStreamTagName,
  splitImageStreamTagName,
  type Image,
  type ImageStream,
  type ImageStreamTagName,
} from '@imagestream/image-v1';
import { compareKeys } from '@imagestream/store';
import { plainError } from '../plain-error.js';
import { formatTime, onObject, type RequestContext } from '../request-context.js';
import type { StoredRegistry } from '../resource-dependencies.js';
import { fillStoredImage } from './fill-stored-image.js';
import { findImage } from './find-image.js';
import type { ImageStreamRegistries } from './imagestreams.js';
import { IMAGE_GROUP } from './resource-info.js';

/** What the two views of tags read from and write to. */
export interface TagParts {
  readonly streams: ImageStreamRegistries;
  readonly images: StoredRegistry<Image>;
}

/** How often a create or delete of a tag starts over when somebody else changed the stream. */
export const TAG_WRITE_ATTEMPTS = 10;

/**
 * Takes the name in a URL apart. Throws a StatusError BadRequest that names the kind when it is no `stream:tag`.
 *
 * Source: tag-name-url.
 */
export function parseTagName(
  kind: 'ImageStreamTags' | 'ImageTags',
  name: string,
): ImageStreamTagName {
  try {
    return parseImageStreamTagName(name);
  } catch (error) {
    if (!(error instanceof CompoundNameError)) throw error;
    throw badRequestError(`${kind} must be retrieved with <name>:<tag>`);
  }
}

/**
 * Takes the name in a body apart, as leniently as the server does on create. Throws an error without reason when there
 * is no colon.
 *
 * Source: tag-name-create.
 */
export function splitTagName(name: string): ImageStreamTagName {
  const { hasTag, ...parts } = splitImageStreamTagName(name);
  if (!hasTag) throw plainError(`${quoteGo(name)} must be of the form <stream_name>:<tag>`);
  return parts;
}

/** The stream of a request, undefined when there is none. Other failures are thrown on. */
export async function findStream(
  { streams }: TagParts,
  context: RequestContext,
  name: string,
): Promise<ImageStream | undefined> {
  try {
    return await streams.streams.get(context, name);
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return undefined;
    throw error;
  }
}

/** A stream that is about to come into being because somebody tags something into it. */
export function emptyStream(context: RequestContext, name: string): ImageStream {
  return {
    kind: 'ImageStream',
    apiVersion: 'image.openshift.io/v1',
    metadata: {
      name,
      namespace: context.namespace,
      uid: context.newUid(),
      creationTimestamp: formatTime(context.now()),
    },
    spec: { lookupPolicy: { local: false } },
    status: { dockerImageRepository: '' },
  };
}

/** Writes a stream as the server itself does, on top of the version it was read at. Throws Conflict when that is gone. */
export async function updateStream(
  { streams }: TagParts,
  context: RequestContext,
  stream: ImageStream,
): Promise<ImageStream> {
  const { object } = await streams.internal.update(context, stream.metadata.name ?? '', {
    preconditions: {},
    mayCreate: false,
    updatedObject: () => Promise.resolve(structuredClone(stream)),
  });
  return object;
}

/** Creates a stream by the rules for clients. Identity and time are given anew. */
export async function createStream(
  { streams }: TagParts,
  context: RequestContext,
  stream: ImageStream,
): Promise<ImageStream> {
  const created = await streams.streams.create(context, structuredClone(stream));
  if (created.kind !== 'ImageStream')
    throw new Error('creating an image stream did not answer with one');
  return created;
}

/**
 * Reads the image an event names, filled in from its manifest, for showing it inside a tag. Undefined when the image is
 * gone. Throws an error without reason when its manifest cannot be read.
 *
 * Source: istag-image.
 */
export async function findTaggedImage(
  { images }: TagParts,
  context: RequestContext,
  name: string,
): Promise<Image | undefined> {
  if (name === '') return undefined;
  const stored = await findImage(images, onObject(context, { namespace: '', name }));
  return stored === undefined ? undefined : fillStoredImage(context, stored);
}

/** Returns the stream with a spec tag in place of the one of that name, or added where it belongs. Changes nothing. */
export function withSpecTag(
  stream: ImageStream,
  tag: NonNullable<NonNullable<ImageStream['spec']>['tags']>[number],
): ImageStream {
  const others = (stream.spec?.tags ?? []).filter(({ name }) => name !== tag.name);
  const tags = [...others, tag].sort((a, b) => compareKeys(a.name, b.name));
  return { ...stream, spec: { ...stream.spec, tags } };
}

/** Returns the stream without a spec tag. Changes nothing. */
export function withoutSpecTag(stream: ImageStream, name: string): ImageStream {
  const { tags: _tags, ...spec } = stream.spec ?? {};
  const tags = (stream.spec?.tags ?? []).filter((tag) => tag.name !== name);
  return { ...stream, spec: tags.length === 0 ? spec : { ...spec, tags } };
}

/** Returns the stream without the history of a tag. Changes nothing. */
export function withoutStatusTag(stream: ImageStream, name: string): ImageStream {
  const { tags: _tags, ...status } = stream.status ?? {};
  const tags = (stream.status?.tags ?? []).filter(({ tag }) => tag !== name);
  return { ...stream, status: tags.length === 0 ? status : { ...status, tags } };
}

/**
 * Reads, then writes, and starts over when somebody else was faster, ten times in all. `prepare` reads and checks, and what it
 * throws is the answer; the write it gives back is the part that can be overtaken.
 *
 * Throws a StatusError ServerTimeout after the last attempt. Source: tag-attempts.
 */
export async function retryTagWrite<T>(
  subject: { readonly operation: 'create' | 'delete'; readonly resource: string },
  prepare: () => Promise<() => Promise<T>>,
): Promise<T> {
  for (let attempt = 1; attempt <= TAG_WRITE_ATTEMPTS; attempt += 1) {
    const write = await prepare();
    try {
      return await write();
    } catch (error) {
      if (!isStatusError(error, 'Conflict') && !isStatusError(error, 'AlreadyExists')) throw error;
    }
  }
  throw serverTimeoutError(subject);
}

/**
 * 500: others were faster too often. Clients come back after two seconds.
 *
 * Source: tag-attempts.
 */
function serverTimeoutError(subject: {
  readonly operation: string;
  readonly resource: string;
}): StatusError {
  const { operation, resource } = subject;
  const message = `The ${operation} operation against ${resource}.${IMAGE_GROUP} could not be completed at this time, please try again.`;
  return new StatusError(
    makeStatus({
      reason: 'ServerTimeout',
      message,
      details: { name: operation, group: IMAGE_GROUP, kind: resource, retryAfterSeconds: 2 },
    }),
  );
}
