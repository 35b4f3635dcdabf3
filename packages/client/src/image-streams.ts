/**
 * What people do with image streams that no single verb says: tag, untag, import, resolve, wait for a tag. All of it
 * goes through the ordinary verbs.
 */
import { makeStatus } from '@imagestream/core';
import {
  latestTaggedImage,
  parseImageStreamTagName,
  resolveTag,
  tagImportState,
  type ImageImportStatus,
  type ImageStream,
  type ImageStreamImport,
  type ImageStreamTag,
} from '@imagestream/image-v1';
import type { ImageStreamImports, ImageStreams, ImageStreamTags } from './gen/handles.js';
import { ImportError, UnresolvedTagError, type ImportFailure } from './image-errors.js';
import type { CallOptions, WaitOptions, WriteOptions } from './options.js';

/** A stream and a tag: `app:latest`. */
export type TagName = `${string}:${string}`;

/** What a tag is to point to: an image of a registry, another stream tag (followed inside one stream), one image of a stream. */
export type TagSource =
  | { readonly image: string }
  | { readonly tag: TagName; readonly namespace?: string }
  | { readonly streamImage: `${string}@${string}`; readonly namespace?: string };

/** How a tag is imported. */
export interface ImportPolicy {
  /** True: imported again from time to time. */
  readonly scheduled?: boolean;
  /** True: the registry may speak http or have a certificate nobody knows. */
  readonly insecure?: boolean;
  /** Whether a manifest list is kept as it is or replaced by the manifest of one platform (the server's default). */
  readonly importMode?: 'Legacy' | 'PreserveOriginal';
}

/** What tagging accepts. */
export interface TagOptions extends WriteOptions, ImportPolicy {
  /** Whether pods pull from where the image comes from (the server's default) or through the cluster's registry. */
  readonly referencePolicy?: 'Source' | 'Local';
}

/** What to import: one image under a tag, or the tags of a whole repository. */
export type ImportSource =
  { readonly image: string; readonly tag: string } | { readonly repository: string };

/** What an import brought. */
export interface ImportResult {
  readonly imageStream: ImageStream;
  readonly images: readonly ImportedImage[];
}

/** One imported image. */
export interface ImportedImage {
  readonly tag: string;
  /** The image's name, a digest. */
  readonly image: string;
  readonly dockerImageReference: string;
}

/** The image a tag points to. */
export interface ResolvedTag {
  /** The image's name, a digest. */
  readonly image: string;
  /** Where to pull it from, by digest, the tag's reference policy applied. */
  readonly pullSpec: string;
  readonly generation: number;
}

/** What waiting for a tag accepts. */
export interface WaitForTagOptions extends WaitOptions {
  /** The image the tag points to now: wait for another one. */
  readonly differentFrom?: string;
}

/** What can be done with the image streams of a namespace beyond the verbs. */
export interface ImageStreamActions {
  /** Points a tag somewhere, creating tag and stream where they are missing: `oc tag`. */
  tag(target: TagName, from: TagSource, options?: TagOptions): Promise<ImageStreamTag>;
  /** Removes a tag with its history: `oc tag -d`. Throws a NotFoundError when it does not exist. */
  untag(target: TagName, options?: CallOptions): Promise<void>;
  /**
   * Imports now, creating the stream where it is missing: `oc import-image`. Throws an ImportError when any tag
   * failed, which the server's 201 does not tell.
   */
  import(
    name: string,
    from: ImportSource,
    options?: WriteOptions & ImportPolicy,
  ): Promise<ImportResult>;
  /** The image a tag points to. Throws an UnresolvedTagError when it has none. */
  resolve(target: TagName, options?: CallOptions): Promise<ResolvedTag>;
  /**
   * Resolves when the tag has an image that is as new as its spec. Stream tags cannot be watched, so the stream is.
   * Throws an ImportError as soon as the import is reported failed, and a WaitTimeoutError.
   */
  waitForTag(target: TagName, options: WaitForTagOptions): Promise<ResolvedTag>;
}

const API_VERSION = 'image.openshift.io/v1';

// The server fetches manifests, two a second, while the client waits.
const IMPORT_TIMEOUT_MS = 120_000;

/** Makes the actions of one namespace on its handles. */
export function makeImageStreamActions(
  streams: ImageStreams,
  tags: ImageStreamTags,
  imports: ImageStreamImports,
): ImageStreamActions {
  return {
    tag: async (target, from, options = {}) => tags.update(makeTag(target, from, options), options),

    async untag(target, options) {
      await tags.delete(target, options);
    },

    async import(name, from, options = {}) {
      const answer = await imports.create(
        { metadata: { name }, spec: importSpec(from, options) },
        { timeoutMs: IMPORT_TIMEOUT_MS, ...options },
      );
      return readImport(name, answer);
    },

    async resolve(target, options) {
      const { name, tag } = parseImageStreamTagName(target);
      const stream = await streams.get(name, options);
      const resolved = resolveInStream(stream, tag);
      if (resolved === undefined) throw new UnresolvedTagError(target, tagImportState(stream, tag));
      return resolved;
    },

    async waitForTag(target, { differentFrom, ...wait }) {
      const { name, tag } = parseImageStreamTagName(target);
      return streams.waitFor(
        name,
        (stream) => {
          if (stream === undefined) return undefined;
          const resolved = importedTag(stream, tag);
          return resolved?.image === differentFrom ? undefined : resolved;
        },
        wait,
      );
    },
  };
}

/** A stream tag as a blind write: without resourceVersion the server creates or replaces it, whoever was there. */
function makeTag(target: TagName, from: TagSource, options: TagOptions): ImageStreamTag {
  const { tag } = parseImageStreamTagName(target);
  const { referencePolicy } = options;
  return {
    apiVersion: API_VERSION,
    kind: 'ImageStreamTag',
    metadata: { name: target },
    tag: {
      name: tag,
      from: sourceReference(from),
      importPolicy: importPolicy(options),
      ...(referencePolicy === undefined ? {} : { referencePolicy: { type: referencePolicy } }),
    },
    generation: 0,
    lookupPolicy: { local: false },
    image: { apiVersion: API_VERSION, kind: 'Image', metadata: {} },
  };
}

function sourceReference(from: TagSource): { kind: string; name: string; namespace?: string } {
  if ('image' in from) return { kind: 'DockerImage', name: from.image };
  const namespace = from.namespace === undefined ? {} : { namespace: from.namespace };
  return 'tag' in from
    ? { kind: 'ImageStreamTag', name: from.tag, ...namespace }
    : { kind: 'ImageStreamImage', name: from.streamImage, ...namespace };
}

function importPolicy({ scheduled, insecure, importMode }: ImportPolicy): ImportPolicy {
  return {
    ...(scheduled === undefined ? {} : { scheduled }),
    ...(insecure === undefined ? {} : { insecure }),
    ...(importMode === undefined ? {} : { importMode }),
  };
}

function importSpec(from: ImportSource, options: ImportPolicy): ImageStreamImport['spec'] {
  const policy = { importPolicy: importPolicy(options) };
  return 'image' in from
    ? {
        import: true,
        images: [
          { from: { kind: 'DockerImage', name: from.image }, to: { name: from.tag }, ...policy },
        ],
      }
    : {
        import: true,
        repository: { from: { kind: 'DockerImage', name: from.repository }, ...policy },
      };
}

function readImport(name: string, { spec, status }: ImageStreamImport): ImportResult {
  const tagged = [
    // An entry says which tag was read; the request says which one was written.
    ...(status.images ?? []).map((entry, i) => ({ entry, tag: spec.images?.[i]?.to?.name ?? '' })),
    ...(status.repository?.images ?? []).map((entry) => ({ entry, tag: entry.tag ?? '' })),
  ];
  const failures: ImportFailure[] = tagged
    .filter(({ entry }) => entry.status.status !== 'Success')
    .map(({ entry, tag }) => ({ tag, status: entry.status }));
  const whole = status.repository?.status;
  // The repository's own failure repeats those of its tags, unless it came to none.
  if (whole?.status === 'Failure' && failures.length === 0) failures.push({ status: whole });
  if (failures.length > 0) throw new ImportError(name, failures);
  if (status.import === undefined) {
    const message = 'the server reports success and no image stream';
    throw new ImportError(name, [{ status: makeStatus({ reason: 'InternalError', message }) }]);
  }
  return {
    imageStream: status.import,
    images: tagged.map(({ entry, tag }) => importedImage(entry, tag)),
  };
}

function importedImage({ image }: ImageImportStatus, tag: string): ImportedImage {
  return {
    tag,
    image: image?.metadata.name ?? '',
    dockerImageReference: image?.dockerImageReference ?? '',
  };
}

function resolveInStream(stream: ImageStream, tag: string): ResolvedTag | undefined {
  const event = latestTaggedImage(stream, tag);
  const answer = resolveTag(stream, tag);
  if (event === undefined || answer.type === 'unresolved') return undefined;
  return { image: event.image, pullSpec: answer.pullSpec, generation: event.generation };
}

/** The image of a tag that is not waiting for an import. Throws an ImportError when the import has failed. */
function importedTag(stream: ImageStream, tag: string): ResolvedTag | undefined {
  const state = tagImportState(stream, tag);
  if (state.type === 'failed') {
    const { reason, message = '' } = state.condition;
    const status = { ...makeStatus({ reason: 'InternalError', message }), reason: reason ?? '' };
    throw new ImportError(stream.metadata.name ?? '', [{ tag, status }]);
  }
  return state.type === 'pending' ? undefined : resolveInStream(stream, tag);
}
