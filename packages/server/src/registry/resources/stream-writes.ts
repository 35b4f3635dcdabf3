import { internalError, isStatusError, quoteGo, type FieldError } from '@imagestream/core';
import {
  checkImageStreamLimits,
  crossNamespaceReviews,
  denyReview,
  followedStreams,
  followTags,
  wrapFollowProblems,
  type ImageStream,
  type StreamLookup,
  type StreamName,
} from '@imagestream/image-v1';
import { imageStreamLimits } from '../../limits/limit-ranges.js';
import { formatTime, type RequestContext } from '../request-context.js';
import type { ResourceDependencies } from '../resource-dependencies.js';
import { IMAGE_GROUP } from './resource-info.js';

/** Reads a stream with the server's own rights. Throws a StatusError NotFound when there is none. */
export type ReadStream = (context: RequestContext, stream: StreamName) => Promise<ImageStream>;

/** What the writes of streams are made from. */
export interface StreamWriteParts {
  readonly dependencies: ResourceDependencies;
  readonly readStream: ReadStream;
}

/** A write of a stream that is on its way. */
export interface StreamWrite {
  /** Prepared, generations assigned. */
  readonly stream: ImageStream;
  /** The stored stream; absent on create. */
  readonly old: ImageStream | undefined;
  /** See `FollowTagsContext.tracks`. */
  readonly tracks: boolean;
}

/**
 * Reviews, follows and limits a stream that is about to be written. Returns it with its new history, and at most one
 * error: an internal error without a field around all that is wrong, which is how the server reports it.
 *
 * Source: stream-follow-wrapped, stream-access, stream-limits.
 */
export async function completeStream(
  parts: StreamWriteParts,
  context: RequestContext,
  write: StreamWrite,
): Promise<{ readonly stream: ImageStream; readonly errors: FieldError[] }> {
  const { stream, old, tracks } = write;
  const name = stream.metadata.name ?? '';
  const denials = reviewForeignStreams(context, write);
  const lookups = await readFollowedStreams(parts, context, write);
  const followed = followTags(stream, {
    old,
    now: formatTime(context.now()),
    internalRegistry: parts.dependencies.settings.internalRegistry,
    findStream: (target) => lookups.get(keyOf(target)) ?? { type: 'notFound' },
    tracks,
  });
  const problems = wrapFollowProblems(name, [...denials, ...followed.problems]);
  if (problems.length > 0) return { stream: followed.stream, errors: problems };
  const refusal = checkLimits(parts, { stream: followed.stream, old });
  const errors = refusal === undefined ? [] : [internalError('[]', refusal)];
  return { stream: followed.stream, errors };
}

/**
 * Returns the server's refusal of a stream that would exceed the limits of its namespace, or undefined.
 *
 * Source: stream-limits.
 */
export function checkLimits(
  { dependencies }: StreamWriteParts,
  write: { readonly stream: ImageStream; readonly old: ImageStream | undefined },
): string | undefined {
  const { name = '', namespace = '' } = write.stream.metadata;
  const limits = imageStreamLimits(dependencies.cluster.limitRanges(namespace));
  const refusal = checkImageStreamLimits(write.stream, { old: write.old, limits });
  if (refusal === undefined) return undefined;
  return `ImageStream.${IMAGE_GROUP} ${quoteGo(name)} is forbidden: ${refusal}`;
}

/** Source: stream-access. The user needs `get` on the layers of each foreign stream whose tags are followed. */
function reviewForeignStreams(context: RequestContext, { stream, old }: StreamWrite): FieldError[] {
  const { reviews, problems } = crossNamespaceReviews(stream, old);
  const denials = reviews.flatMap((review) => {
    const decision = context.authorizer.can(context.user, {
      verb: 'get',
      group: IMAGE_GROUP,
      resource: 'imagestreams',
      subresource: 'layers',
      namespace: review.target.namespace,
      name: review.target.name,
    });
    if (decision.allowed) return [];
    return denyReview(review, { reason: decision.reason, evaluationError: '' });
  });
  return [...problems, ...denials];
}

async function readFollowedStreams(
  { readStream }: StreamWriteParts,
  context: RequestContext,
  { stream, old }: StreamWrite,
): Promise<Map<string, StreamLookup>> {
  // Together: a store on another machine is then asked once for all of them.
  const lookups = await Promise.all(
    followedStreams(stream, old).map(
      async (target) => [keyOf(target), await lookUp(readStream(context, target))] as const,
    ),
  );
  return new Map(lookups);
}

async function lookUp(reading: Promise<ImageStream>): Promise<StreamLookup> {
  try {
    return { type: 'found', stream: await reading };
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return { type: 'notFound' };
    // That the store is away says nothing about the stream, and so nothing about the write.
    if (!isStatusError(error)) throw error;
    return { type: 'failed', message: error.message };
  }
}

function keyOf({ namespace, name }: StreamName): string {
  return `${namespace}/${name}`;
}
