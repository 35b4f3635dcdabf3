import {
  alreadyExistsError,
  badRequestError,
  conflictError,
  notFoundError,
} from '@imagestream/core';
import {
  imageStreamTags,
  normalizeImageStreamTag,
  splitImageStreamTagName,
  type ImageStream,
  type ImageStreamTag,
  type ImageStreamTagName,
} from '@imagestream/image-v1';
import {
  createAllowedRegistries,
  validateImageStreamTag,
  validateImageStreamTagUpdate,
  type AllowedRegistries,
} from '@imagestream/validators';
import { specTagNamed } from '../../lifecycle/exact-tag.js';
import { normalizeEmbeddedImage } from '../../lifecycle/normalize-image.js';
import { imageEvent, makeImageStreamTag } from '../../lifecycle/stream-tag-view.js';
import { keepSystemMetadata } from '../object-metadata.js';
import { onObject, type RequestContext } from '../request-context.js';
import type { ImageSettings } from '../resource-dependencies.js';
import type { ResourceInfo, Rest, UpdateRequest, UpdateResult } from '../rest.js';
import { beginCreate, refuseIfAny, refuseUpdateIfAny } from './begin-create.js';
import { deleteTag } from './delete-tag.js';
import { listTags } from './list-tags.js';
import { fillStoredImage } from './fill-stored-image.js';
import { IMAGE_GROUP, toResourceInfo } from './resource-info.js';
import { retryBlindWrites } from './retry-blind-writes.js';
import {
  createStream,
  emptyStream,
  findStream,
  findTaggedImage,
  parseTagName,
  retryTagWrite,
  splitTagName,
  updateStream,
  withSpecTag,
  type TagParts,
} from './tag-requests.js';

/** What `imagestreamtags` is. */
export const imageStreamTagsInfo: ResourceInfo = toResourceInfo(imageStreamTags);

/**
 * `imagestreamtags`: a view on one tag of a stream with the image it points to. What is written goes into the spec tag of
 * the stream.
 *
 * Source: istag-view, istag-create, istag-update, istag-delete, istag-list.
 */
export function createImageStreamTagsRest(
  parts: TagParts,
  settings: ImageSettings,
): Rest<ImageStreamTag> {
  const registries = createAllowedRegistries(settings.allowedRegistries, settings);
  return {
    info: imageStreamTagsInfo,
    normalize(object) {
      const normalized = normalizeImageStreamTag(object, {
        importMode: settings.defaultImportMode,
      });
      return { ...normalized, image: normalizeEmbeddedImage(normalized.image) };
    },
    get: (context, name) => getTag(parts, context, name),
    list: (context, query) => listTags(parts, context, { query, build: listedTags }),
    create: (context, object) => createTag({ ...parts, registries }, context, object),
    update: (context, name, request) =>
      updateTag({ ...parts, registries }, context, { name, request }),
    delete: (context, name, request) =>
      deleteTag(parts, context, {
        info: imageStreamTagsInfo,
        tag: parseTagName('ImageStreamTags', name),
        request,
        view: async (stream, tag) => {
          const image = await findTaggedImage(parts, context, imageEvent(stream, tag)?.image ?? '');
          return makeImageStreamTag(stream, tag, image);
        },
      }),
  };
}

interface TagWriteParts extends TagParts {
  readonly registries: AllowedRegistries;
}

/** Source: istag-get. */
async function getTag(
  parts: TagParts,
  context: RequestContext,
  name: string,
): Promise<ImageStreamTag> {
  const { name: streamName, tag } = parseTagName('ImageStreamTags', name);
  const stream = await parts.streams.streams.get(context, streamName);
  const event = imageEvent(stream, tag);
  if (event === undefined) throw notFoundError(subjectOf(name));
  const stored = await parts.images.get(
    onObject(context, { namespace: '', name: event.image }),
    event.image,
  );
  return makeImageStreamTag(stream, tag, fillStoredImage(context, stored));
}

/** Only tags that point to an image are listed, and the images are not loaded. Source: istag-list. */
function listedTags(stream: ImageStream): ImageStreamTag[] {
  return (stream.status?.tags ?? [])
    .filter(({ tag }) => imageEvent(stream, tag) !== undefined)
    .map(({ tag }) => makeImageStreamTag(stream, tag));
}

/** Source: istag-create. */
async function createTag(
  parts: TagWriteParts,
  context: RequestContext,
  given: ImageStreamTag,
): Promise<ImageStreamTag> {
  const object = prepareForCreate(given);
  beginCreate(context, imageStreamTagsInfo, object);
  refuseIfAny(imageStreamTagsInfo, object, validateImageStreamTag(object, parts.registries));
  await context.admit?.({ info: imageStreamTagsInfo, operation: 'CREATE', object });
  const target = splitTagName(object.metadata.name ?? '');
  return retryTagWrite({ operation: 'create', resource: 'imagestreamtags' }, async () => {
    const stream = await findStream(parts, context, target.name);
    if (stream !== undefined && specTagNamed(stream, target.tag) !== undefined) {
      throw alreadyExistsError({
        ...subjectOf(object.metadata.name ?? ''),
        resource: 'imagestreamtag',
      });
    }
    return async () => {
      const written = await writeTag(parts, context, { stream, target, tag: object.tag });
      return showWritten(parts, context, { stream: written, tag: target.tag });
    };
  });
}

/** Source: istag-create. The tag is named by the object, what the server fills in is not taken. */
function prepareForCreate(given: ImageStreamTag): ImageStreamTag {
  const { conditions: _conditions, ...kept } = given;
  const { tag } = splitImageStreamTagName(given.metadata.name ?? '');
  return {
    ...kept,
    metadata: { ...given.metadata },
    tag: given.tag === null ? null : { ...given.tag, name: given.tag.name || tag },
    image: normalizeEmbeddedImage({}),
  };
}

function writeTag(
  parts: TagParts,
  context: RequestContext,
  write: {
    readonly stream: ImageStream | undefined;
    readonly target: ImageStreamTagName;
    readonly tag: ImageStreamTag['tag'];
  },
): Promise<ImageStream> {
  const { stream, target, tag } = write;
  const base = stream ?? emptyStream(context, target.name);
  const changed = tag === null ? base : withSpecTag(base, { ...tag, name: target.tag });
  return stream === undefined
    ? createStream(parts, context, changed)
    : updateStream(parts, context, changed);
}

/** A write is answered with the tag as it is now, whether it points to an image or not. */
async function showWritten(
  parts: TagParts,
  context: RequestContext,
  { stream, tag }: { readonly stream: ImageStream; readonly tag: string },
): Promise<ImageStreamTag> {
  const image = await findTaggedImage(parts, context, imageEvent(stream, tag)?.image ?? '');
  return makeImageStreamTag(stream, tag, image);
}

interface TagUpdate {
  readonly name: string;
  readonly request: UpdateRequest<ImageStreamTag>;
}

/** Source: istag-update, istag-update-blind. */
async function updateTag(
  parts: TagWriteParts,
  context: RequestContext,
  update: TagUpdate,
): Promise<UpdateResult<ImageStreamTag>> {
  const target = parseTagName('ImageStreamTags', update.name);
  return retryBlindWrites(context, async (mark) => {
    const stream = await findStream(parts, context, target.name);
    const base = stream ?? emptyStream(context, target.name);
    const old = makeImageStreamTag(base, target.tag);
    const object = await update.request.updatedObject(context, old);
    if (stream !== undefined && !object.metadata.resourceVersion) mark.blind = true;
    adoptStreamMetadata(object, { name: update.name, stream });
    if (stream === undefined) beginUpdateAsCreate(parts, context, object);
    else beginUpdate(parts, object, old);
    await context.admit?.(
      stream === undefined
        ? { info: imageStreamTagsInfo, operation: 'CREATE', object }
        : { info: imageStreamTagsInfo, operation: 'UPDATE', object, oldObject: old },
    );
    const exists = specTagNamed(base, target.tag) !== undefined;
    const changed = applyTag(base, { target, object });
    const written =
      stream === undefined
        ? await createStream(parts, context, changed)
        : await updateStream(parts, context, changed);
    const shown = await showWritten(parts, context, { stream: written, tag: target.tag });
    return { object: shown, created: !exists };
  });
}

/** Source: istag-update-version, istag-update-labels. Changes `object`. */
function adoptStreamMetadata(
  object: ImageStreamTag,
  { name, stream }: { readonly name: string; readonly stream: ImageStream | undefined },
): void {
  const current = stream?.metadata.resourceVersion;
  const given = object.metadata.resourceVersion ?? '';
  if (given === '') {
    if (current !== undefined) object.metadata.resourceVersion = current;
  } else if (current === undefined) {
    throw notFoundError(subjectOf(name));
  } else if (given !== current) {
    const why = `another caller has updated the resource version to ${current}`;
    throw conflictError(subjectOf(object.metadata.name ?? ''), why);
  }
  const labels = stream?.metadata.labels ?? {};
  if (Object.keys(labels).length > 0 && Object.keys(object.metadata.labels ?? {}).length === 0) {
    object.metadata.labels = { ...labels };
  }
}

function beginUpdateAsCreate(
  parts: TagWriteParts,
  context: RequestContext,
  object: ImageStreamTag,
): void {
  Object.assign(object, prepareForCreate(object));
  beginCreate(context, imageStreamTagsInfo, object);
  refuseIfAny(imageStreamTagsInfo, object, validateImageStreamTag(object, parts.registries));
}

/** The metadata's annotations are the tag's; conditions and image are not the client's to write. Source: istag-update. */
function beginUpdate(
  { registries }: TagWriteParts,
  object: ImageStreamTag,
  old: ImageStreamTag,
): void {
  keepSystemMetadata(object, old);
  if (object.tag !== null) object.tag.annotations = object.metadata.annotations ?? null;
  object.image = old.image;
  if (old.conditions === undefined) delete object.conditions;
  else object.conditions = old.conditions;
  refuseUpdateIfAny(
    imageStreamTagsInfo,
    object,
    validateImageStreamTagUpdate({ object, old, registries }),
  );
}

/** Source: istag-update-tag. */
function applyTag(
  stream: ImageStream,
  { target, object }: { readonly target: ImageStreamTagName; readonly object: ImageStreamTag },
): ImageStream {
  const spec = object.tag ?? specTagNamed(stream, target.tag);
  if (spec === undefined) {
    const { namespace = '', name = '' } = stream.metadata;
    throw badRequestError(
      `imagestreamtag ${target.tag} is not a spec tag in imagestream ${namespace}/${name}, cannot be updated`,
    );
  }
  const annotations = object.metadata.annotations ?? null;
  return withSpecTag(stream, { ...spec, name: target.tag, annotations });
}

function subjectOf(name: string): { group: string; resource: string; name: string } {
  return { group: IMAGE_GROUP, resource: 'imagestreamtags', name };
}
