import { forbiddenError, isStatusError, type Status } from '@imagestream/core';
import {
  fillImage,
  addTagEvent,
  asRepository,
  formatImageReference,
  imageStreamMappings,
  isDigest,
  normalizeImageStreamMapping,
  tryParseImageReference,
  type Image,
  type ImageStream,
  type ImageStreamMapping,
  type NamedTagEventList,
  type TagEvent,
} from '@imagestream/image-v1';
import { compareKeys } from '@imagestream/store';
import { validateImageStreamMapping } from '@imagestream/validators';
import { statusTagNamed } from '../../lifecycle/exact-tag.js';
import { normalizeEmbeddedImage, normalizeWholeImage } from '../../lifecycle/normalize-image.js';
import { trackersOf } from '../../lifecycle/trackers.js';
import { checkImageSize } from '../../limits/limit-ranges.js';
import { plainError } from '../plain-error.js';
import { formatTime, onObject, type RequestContext } from '../request-context.js';
import type { ResourceDependencies } from '../resource-dependencies.js';
import type { ResourceInfo, Rest } from '../rest.js';
import { beginCreate, refuseIfAny } from './begin-create.js';
import { IMAGE_GROUP, toResourceInfo } from './resource-info.js';
import { successStatus } from './success-status.js';
import { TAG_WRITE_ATTEMPTS, type TagParts } from './tag-requests.js';

/** What `imagestreammappings` is. */
export const imageStreamMappingsInfo: ResourceInfo = toResourceInfo(imageStreamMappings);

/** Set by the integrated registry on images whose content it holds. */
const MANAGED_ANNOTATION = 'openshift.io/image.managed';

/** What mappings read from and write to. */
export interface MappingParts extends TagParts {
  readonly dependencies: ResourceDependencies;
}

/**
 * `imagestreammappings`: how a registry says that an image was pushed to a tag. Stores the image and adds it to the history
 * of the tag; the spec of the stream is not touched, and a missing stream is not made.
 *
 * Source: mapping-create.
 */
export function createImageStreamMappingsRest(parts: MappingParts): Rest<ImageStreamMapping> {
  return {
    info: imageStreamMappingsInfo,
    tables: false,
    normalize(object) {
      const normalized = normalizeImageStreamMapping(object);
      return { ...normalized, image: normalizeEmbeddedImage(normalized.image) };
    },
    // The server does not look at dryRun here. Source: mapping-dry-run.
    create: (context, object) => createMapping(parts, { ...context, dryRun: false }, object),
  };
}

async function createMapping(
  parts: MappingParts,
  context: RequestContext,
  given: ImageStreamMapping,
): Promise<Status> {
  const mapping: ImageStreamMapping = { ...given, metadata: { ...given.metadata } };
  beginCreate(context, imageStreamMappingsInfo, mapping);
  mapping.image = prepareImage(parts, mapping);
  refuseIfAny(imageStreamMappingsInfo, mapping, validateImageStreamMapping(mapping));
  refuseLargeImage(parts, context, mapping);
  await context.admit?.({ info: imageStreamMappingsInfo, operation: 'CREATE', object: mapping });
  const { name = '' } = mapping.metadata;
  const stream = await parts.streams.streams.get(context, name);
  const existed = await storeImage(parts, context, mapping.image);
  const event: TagEvent = {
    created: formatTime(context.now()),
    dockerImageReference: eventReference(mapping.image, { stream, existed }),
    image: mapping.image.metadata.name ?? '',
    generation: stream.metadata.generation ?? 0,
  };
  await addToHistory(parts, context, { stream, tag: mapping.tag, event });
  return successStatus(201);
}

/** Source: mapping-reference-default. */
function prepareImage({ dependencies }: MappingParts, mapping: ImageStreamMapping): Image {
  const { signatures: _signatures, ...image } = mapping.image;
  const { internalRegistry } = dependencies.settings;
  if ((image.dockerImageReference ?? '') !== '' || internalRegistry === '') return image;
  const { namespace = '', name: stream = '' } = mapping.metadata;
  const { name = '' } = image.metadata;
  const isNamedByDigest = isDigest(name);
  const dockerImageReference = formatImageReference({
    registry: internalRegistry,
    namespace,
    name: stream,
    tag: isNamedByDigest ? '' : name,
    id: isNamedByDigest ? name : '',
  });
  return { ...image, dockerImageReference };
}

/** Source: image-size-limit. */
function refuseLargeImage(
  { dependencies }: MappingParts,
  context: RequestContext,
  mapping: ImageStreamMapping,
): void {
  const ranges = dependencies.cluster.limitRanges(context.namespace);
  const { image } = fillImage(mapping.image, formatTime(context.now()));
  const size = image.dockerImageMetadata?.['Size'];
  const refusal = checkImageSize(ranges, typeof size === 'number' ? size : 0);
  if (refusal === undefined) return;
  const { name = '' } = mapping.metadata;
  throw forbiddenError({ group: IMAGE_GROUP, resource: 'imagestreammappings', name }, refusal);
}

/** Stores the image and says whether it was there already. An image that is there is neither compared nor changed. */
async function storeImage(
  { images }: TagParts,
  context: RequestContext,
  image: Image,
): Promise<boolean> {
  const { name = '' } = image.metadata;
  try {
    await images.create(onObject(context, { namespace: '', name }), normalizeWholeImage(image));
    return false;
  } catch (error) {
    if (isStatusError(error, 'AlreadyExists')) return true;
    throw error;
  }
}

/** Source: mapping-reference-managed. */
function eventReference(
  image: Image,
  { stream, existed }: { readonly stream: ImageStream; readonly existed: boolean },
): string {
  const given = image.dockerImageReference ?? '';
  if (!existed || image.metadata.annotations?.[MANAGED_ANNOTATION] !== 'true') return given;
  const repository =
    stream.status?.dockerImageRepository || (stream.spec?.dockerImageRepository ?? '');
  const parsed = tryParseImageReference(repository);
  if (parsed.type === 'error') return given;
  return formatImageReference({ ...asRepository(parsed.reference), id: image.metadata.name ?? '' });
}

interface HistoryWrite {
  readonly stream: ImageStream;
  readonly tag: string;
  readonly event: TagEvent;
}

/** Source: mapping-attempts. Somebody else's write is no obstacle as long as the tag still shows the same. */
async function addToHistory(
  parts: TagParts,
  context: RequestContext,
  write: HistoryWrite,
): Promise<void> {
  const { tag, event } = write;
  const { name = '' } = write.stream.metadata;
  let stream = write.stream;
  for (let attempt = 1; attempt <= TAG_WRITE_ATTEMPTS; attempt += 1) {
    const changed = withEvent(stream, {
      tag,
      event: { ...event, generation: stream.metadata.generation ?? 0 },
    });
    if (changed === undefined) return;
    try {
      await parts.streams.status.update(context, name, {
        preconditions: {},
        mayCreate: false,
        updatedObject: () => Promise.resolve(structuredClone(changed)),
      });
      return;
    } catch (error) {
      if (!isStatusError(error, 'Conflict')) throw error;
      const newer = await parts.streams.streams.get(context, name);
      if (!showsTheSame(newer, { tag, before: stream })) throw error;
      stream = newer;
    }
  }
  throw plainError('timed out waiting for the condition');
}

/** The stream with the event in the tag and in the tags that track it; undefined when it has it already. */
function withEvent(
  stream: ImageStream,
  { tag, event }: { readonly tag: string; readonly event: TagEvent },
): ImageStream | undefined {
  const histories = new Map((stream.status?.tags ?? []).map((entry) => [entry.tag, entry]));
  if (!addTo(histories, tag, event)) return undefined;
  for (const tracker of trackersOf(stream, tag)) addTo(histories, tracker, event);
  const tags = [...histories.values()].sort((a, b) => compareKeys(a.tag, b.tag));
  return { ...stream, status: { ...stream.status, tags } };
}

function addTo(histories: Map<string, NamedTagEventList>, tag: string, event: TagEvent): boolean {
  const changed = addTagEvent(histories.get(tag), { tag, event });
  if (changed === undefined) return false;
  histories.set(tag, changed);
  return true;
}

function showsTheSame(
  newer: ImageStream,
  { tag, before }: { readonly tag: string; readonly before: ImageStream },
): boolean {
  const old = statusTagNamed(before, tag)?.items?.[0];
  const now = statusTagNamed(newer, tag)?.items?.[0];
  if (old === undefined) return true;
  return old.image === now?.image && old.dockerImageReference === now.dockerImageReference;
}
