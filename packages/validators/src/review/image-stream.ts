import { type FieldError, internalError, quoteGo } from '@imagestream/core';
import {
  checkImageStreamLimits,
  crossNamespaceReviews,
  denyReview,
  followTags,
  type ImageStream,
  normalizeImageStream,
  prepareImageStreamForCreate,
  prepareImageStreamForStatusUpdate,
  prepareImageStreamForUpdate,
  wrapFollowProblems,
} from '@imagestream/image-v1';
import { checkConsistency, checkDuplicateTags } from '../check-consistency.js';
import type { ReviewContext } from '../context.js';
import {
  validateImageStream,
  validateImageStreamStatusUpdate,
  validateImageStreamUpdate,
} from '../kinds/image-stream.js';
import { report } from '../report.js';
import {
  metadataForCreate,
  metadataForUpdate,
  missingResourceVersion,
  withGeneratedName,
} from './metadata.js';

/** Judges an image stream as the server does for the operation of the context. Source: stream-create-status, stream-update-status, stream-status-update. */
export function reviewImageStream(object: unknown, context: ReviewContext): FieldError[] {
  const stream = normalizeImageStream(object, context);
  const duplicates = context.mode === 'strict' ? checkDuplicateTags(object) : [];
  switch (context.operation) {
    case 'create':
      return [...duplicates, ...reviewCreate(stream, context)];
    case 'update':
      return [...duplicates, ...reviewUpdate(stream, context)];
    case 'statusUpdate':
      return [...duplicates, ...reviewStatusUpdate(stream, context)];
    case 'object':
      return [...validateImageStream(stream, context.registries), ...checkConsistency(object)];
  }
}

function reviewCreate(sent: ImageStream, context: ReviewContext): FieldError[] {
  const hosts = { internal: context.internalRegistry };
  const metadata = withGeneratedName(metadataForCreate(sent.metadata));
  const prepared = prepareImageStreamForCreate({ ...sent, metadata }, hosts);
  const { stream, errors } = follow(prepared, { old: undefined, context });
  return [...errors, ...validateImageStream(stream, context.registries)];
}

function reviewUpdate(sent: ImageStream, context: ReviewContext): FieldError[] {
  const missing = missingResourceVersion(sent.metadata);
  if (missing.length > 0) return missing;
  const old = normalizeImageStream(context.oldObject ?? sent, context);
  const metadata = metadataForUpdate(sent.metadata, old.metadata);
  const hosts = { internal: context.internalRegistry };
  const prepared = prepareImageStreamForUpdate({ ...sent, metadata }, { old, hosts });
  const { stream, errors } = follow(prepared, { old, context });
  return validateImageStreamUpdate({
    stream,
    old: withHistoryOf(old, stream),
    registries: context.registries,
    followErrors: errors,
  });
}

/**
 * On the server the stored stream shares its history with the new one by now: what has just been followed counts as
 * known when registries are checked. Source: registry-allowed-old.
 */
function withHistoryOf(old: ImageStream, stream: ImageStream): ImageStream {
  return stream.status === undefined ? old : { ...old, status: stream.status };
}

function reviewStatusUpdate(sent: ImageStream, context: ReviewContext): FieldError[] {
  const missing = missingResourceVersion(sent.metadata);
  if (missing.length > 0) return missing;
  const old = normalizeImageStream(context.oldObject ?? sent, context);
  const metadata = metadataForUpdate(sent.metadata, old.metadata);
  const stream = prepareImageStreamForStatusUpdate({ ...sent, metadata }, old);
  return validateImageStreamStatusUpdate({
    stream,
    old,
    registries: context.registries,
    limitRefusal: refuseBeyondLimits(stream, { old, context }),
  });
}

/** The text of the error with which the limits of a namespace answer. Source: stream-limits. */
function refuseBeyondLimits(
  stream: ImageStream,
  options: { readonly old: ImageStream | undefined; readonly context: ReviewContext },
): string | undefined {
  const { old, context } = options;
  const refusal = checkImageStreamLimits(stream, { old, limits: context.limits ?? {} });
  if (refusal === undefined) return undefined;
  return `ImageStream.image.openshift.io ${quoteGo(stream.metadata.name ?? '')} is forbidden: ${refusal}`;
}

/** Tag problems hide the limits: the server does not get to them. Source: stream-limits-wrapped. */
function follow(
  prepared: ImageStream,
  options: { readonly old: ImageStream | undefined; readonly context: ReviewContext },
): { stream: ImageStream; errors: FieldError[] } {
  const { old, context } = options;
  const denied = findDenied(prepared, options);
  const followed = followTags(prepared, { ...context, old, tracks: old === undefined });
  const { stream } = followed;
  const name = stream.metadata.name ?? '';
  const problems = [...denied, ...followed.problems];
  if (problems.length > 0) return { stream, errors: wrapFollowProblems(name, problems) };
  const refusal = refuseBeyondLimits(stream, options);
  if (refusal === undefined) return { stream, errors: [] };
  return { stream, errors: [report('stream-limits-wrapped', internalError('[]', refusal))] };
}

/** Source: stream-access-form, stream-access. */
function findDenied(
  stream: ImageStream,
  options: { readonly old: ImageStream | undefined; readonly context: ReviewContext },
): FieldError[] {
  const { reviews, problems } = crossNamespaceReviews(stream, options.old);
  const denied = reviews.flatMap((review) => {
    const denial = options.context.reviewAccess?.(review.target);
    return denial === undefined ? [] : denyReview(review, denial);
  });
  return [...problems, ...denied];
}
