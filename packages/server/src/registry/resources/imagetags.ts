import { alreadyExistsError, conflictError, notFoundError } from '@imagestream/core';
import {
  imageTags,
  normalizeImageTag,
  splitImageStreamTagName,
  type ImageStream,
  type ImageTag,
} from '@imagestream/image-v1';
import {
  createAllowedRegistries,
  validateImageTag,
  validateImageTagUpdate,
  type AllowedRegistries,
} from '@imagestream/validators';
import { specTagNamed, statusTagNamed } from '../../lifecycle/exact-tag.js';
import { hasTag, makeImageTag, tagNames } from '../../lifecycle/image-tag-view.js';
import { normalizeEmbeddedImage } from '../../lifecycle/normalize-image.js';
import { keepSystemMetadata } from '../object-metadata.js';
import type { RequestContext } from '../request-context.js';
import type { ImageSettings } from '../resource-dependencies.js';
import type { ResourceInfo, Rest, UpdateRequest, UpdateResult } from '../rest.js';
import { beginCreate, refuseIfAny, refuseUpdateIfAny } from './begin-create.js';
import { deleteTag } from './delete-tag.js';
import { listTags } from './list-tags.js';
import { IMAGE_GROUP, toResourceInfo } from './resource-info.js';
import {
  createStream,
  emptyStream,
  findStream,
  findTaggedImage,
  parseTagName,
  retryTagWrite,
  splitTagName,
  updateStream,
  withoutSpecTag,
  withSpecTag,
  type TagParts,
} from './tag-requests.js';

/** What `imagetags` is. */
export const imageTagsInfo: ResourceInfo = toResourceInfo(imageTags);

/**
 * `imagetags`: the whole of one tag of a stream, what the spec wants and what the history says. Exists as soon as either
 * does.
 *
 * Source: itag-view, itag-create, itag-update, istag-delete, itag-list.
 */
export function createImageTagsRest(parts: TagParts, settings: ImageSettings): Rest<ImageTag> {
  const registries = createAllowedRegistries(settings.allowedRegistries, settings);
  return {
    info: imageTagsInfo,
    normalize(object) {
      const normalized = normalizeImageTag(object, { importMode: settings.defaultImportMode });
      const { image } = normalized;
      return { ...normalized, image: image === null ? null : normalizeEmbeddedImage(image) };
    },
    get: (context, name) => getTag(parts, context, name),
    list: (context, query) =>
      listTags(parts, context, {
        query,
        build: (stream) => tagNames(stream).map((tag) => makeImageTag(stream, tag)),
      }),
    create: (context, object) => createTag({ ...parts, registries }, context, object),
    update: (context, name, request) =>
      updateTag({ ...parts, registries }, context, { name, request }),
    delete: (context, name, request) =>
      deleteTag(parts, context, {
        info: imageTagsInfo,
        tag: parseTagName('ImageTags', name),
        request,
        view: (stream, tag) => showTag(parts, context, { stream, tag }),
      }),
  };
}

interface TagWriteParts extends TagParts {
  readonly registries: AllowedRegistries;
}

/** Source: itag-get. */
async function getTag(parts: TagParts, context: RequestContext, name: string): Promise<ImageTag> {
  const { name: streamName, tag } = parseTagName('ImageTags', name);
  const stream = await parts.streams.streams.get(context, streamName);
  if (!hasTag(stream, tag)) throw notFoundError(subjectOf(name));
  return showTag(parts, context, { stream, tag });
}

async function showTag(
  parts: TagParts,
  context: RequestContext,
  { stream, tag }: { readonly stream: ImageStream; readonly tag: string },
): Promise<ImageTag> {
  const event = statusTagNamed(stream, tag)?.items?.[0];
  const image = await findTaggedImage(parts, context, event?.image ?? '');
  return makeImageTag(stream, tag, image);
}

/** Source: itag-create. */
async function createTag(
  parts: TagWriteParts,
  context: RequestContext,
  given: ImageTag,
): Promise<ImageTag> {
  const object = prepareForCreate(given);
  beginCreate(context, imageTagsInfo, object);
  refuseIfAny(imageTagsInfo, object, validateImageTag(object, parts.registries));
  await context.admit?.({ info: imageTagsInfo, operation: 'CREATE', object });
  const { name = '' } = object.metadata;
  const target = splitTagName(name);
  return retryTagWrite({ operation: 'create', resource: 'imagetags' }, async () => {
    const stream = await findStream(parts, context, target.name);
    if (stream !== undefined && specTagNamed(stream, target.tag) !== undefined) {
      throw alreadyExistsError(subjectOf(name));
    }
    const changed = applySpec(stream ?? emptyStream(context, target.name), target.tag, object);
    const write = stream === undefined ? createStream : updateStream;
    return async () =>
      showTag(parts, context, {
        stream: await write(parts, context, changed),
        tag: target.tag,
      });
  });
}

/** Source: itag-create. The spec is named by the object, what the server fills in is not taken. */
function prepareForCreate(given: ImageTag): ImageTag {
  const { tag } = splitImageStreamTagName(given.metadata.name ?? '');
  return {
    ...given,
    metadata: { ...given.metadata },
    spec: given.spec === null ? null : { ...given.spec, name: given.spec.name || tag },
    status: null,
    image: null,
  };
}

/** Source: itag-update. */
async function updateTag(
  parts: TagWriteParts,
  context: RequestContext,
  { name, request }: { readonly name: string; readonly request: UpdateRequest<ImageTag> },
): Promise<UpdateResult<ImageTag>> {
  const target = parseTagName('ImageTags', name);
  const stream = await findStream(parts, context, target.name);
  const base = stream ?? emptyStream(context, target.name);
  const old = makeImageTag(base, target.tag);
  const object = await request.updatedObject(context, old);
  checkVersion(object, { name, stream });
  if (stream === undefined) {
    Object.assign(object, prepareForCreate(object));
    beginCreate(context, imageTagsInfo, object);
    refuseIfAny(imageTagsInfo, object, validateImageTag(object, parts.registries));
  } else {
    keepSystemMetadata(object, old);
    object.image = old.image;
    const { registries } = parts;
    refuseUpdateIfAny(imageTagsInfo, object, validateImageTagUpdate({ object, old, registries }));
  }
  await context.admit?.(
    stream === undefined
      ? { info: imageTagsInfo, operation: 'CREATE', object }
      : { info: imageTagsInfo, operation: 'UPDATE', object, oldObject: old },
  );
  const exists = specTagNamed(base, target.tag) !== undefined;
  const changed = applySpec(base, target.tag, object);
  const write = stream === undefined ? createStream : updateStream;
  const written = await write(parts, context, changed);
  return {
    object: await showTag(parts, context, { stream: written, tag: target.tag }),
    created: !exists,
  };
}

/** Source: itag-update-version. Changes `object`. */
function checkVersion(
  object: ImageTag,
  { name, stream }: { readonly name: string; readonly stream: ImageStream | undefined },
): void {
  const current = stream?.metadata.resourceVersion;
  const given = object.metadata.resourceVersion ?? '';
  if (given === '') {
    if (current !== undefined) object.metadata.resourceVersion = current;
    return;
  }
  if (current === undefined) throw notFoundError(subjectOf(name));
  if (given === current) return;
  const why = `another caller has updated the resource version to ${current}`;
  throw conflictError(subjectOf(object.metadata.name ?? ''), why);
}

/** Without a spec the spec tag goes; its history stays. Source: itag-update-removal. */
function applySpec(stream: ImageStream, tag: string, { spec }: ImageTag): ImageStream {
  return spec === null ? withoutSpecTag(stream, tag) : withSpecTag(stream, { ...spec, name: tag });
}

function subjectOf(name: string): { group: string; resource: string; name: string } {
  return { group: IMAGE_GROUP, resource: 'imagetags', name };
}
