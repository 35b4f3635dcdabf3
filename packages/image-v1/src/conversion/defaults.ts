import type {
  ImageStream,
  ImageStreamImport,
  ImageStreamTag,
  ImageTag,
  TagImportPolicy,
  TagReference,
  TagReferencePolicy,
} from '../gen/kinds.js';
import { tryParseImageReference } from '../image-reference.js';

/** What a server is configured to fill in. */
export interface ServerDefaults {
  /** The import mode of tags that name none; `Legacy` unless the server is configured otherwise. */
  readonly importMode?: 'Legacy' | 'PreserveOriginal';
}

/** Source: default-reference-policy, default-import-mode. */
const REFERENCE_POLICY = 'Source';
const IMPORT_MODE = 'Legacy';

/**
 * Fills in the policies of a spec tag where they are empty.
 *
 * Source: default-reference-policy, default-import-mode.
 */
export function defaultTagReference(
  tag: TagReference,
  defaults: ServerDefaults = {},
): TagReference {
  return { ...tag, ...defaultPolicies(tag, defaults) };
}

/** Fills in the policies of every spec tag. Source: default-reference-policy, default-import-mode. */
export function defaultImageStream(
  stream: ImageStream,
  defaults: ServerDefaults = {},
): ImageStream {
  const tags = stream.spec?.tags;
  if (tags === undefined) return stream;
  const filled = tags.map((tag) => defaultTagReference(tag, defaults));
  return { ...stream, spec: { ...stream.spec, tags: filled } };
}

/** Fills in the policies of the tag, when there is one. Source: default-reference-policy, default-import-mode. */
export function defaultImageStreamTag(
  object: ImageStreamTag,
  defaults: ServerDefaults = {},
): ImageStreamTag {
  return object.tag === null
    ? object
    : { ...object, tag: defaultTagReference(object.tag, defaults) };
}

/** Fills in the policies of the spec, when there is one. Source: default-reference-policy, default-import-mode. */
export function defaultImageTag(object: ImageTag, defaults: ServerDefaults = {}): ImageTag {
  return object.spec === null
    ? object
    : { ...object, spec: defaultTagReference(object.spec, defaults) };
}

/**
 * Fills in policies, and for each image without a target the tag of its reference. A reference without tag leaves
 * the target absent: `latest` is not assumed.
 *
 * Source: default-reference-policy, default-import-mode, default-import-target.
 */
export function defaultImageStreamImport(
  object: ImageStreamImport,
  defaults: ServerDefaults = {},
): ImageStreamImport {
  const { images, repository } = object.spec;
  const spec = { ...object.spec };
  if (repository !== undefined)
    spec.repository = { ...repository, ...defaultPolicies(repository, defaults) };
  if (images !== undefined) {
    spec.images = images.map((image) => {
      const filled = { ...image, ...defaultPolicies(image, defaults) };
      const target = image.to ?? importTarget(image.from.name ?? '');
      return target === undefined ? filled : { ...filled, to: target };
    });
  }
  return { ...object, spec };
}

interface Policies {
  readonly importPolicy: TagImportPolicy;
  readonly referencePolicy: TagReferencePolicy;
}

function defaultPolicies(given: Partial<Policies>, defaults: ServerDefaults): Policies {
  const importMode = given.importPolicy?.importMode || (defaults.importMode ?? IMPORT_MODE);
  return {
    importPolicy: { ...given.importPolicy, importMode },
    referencePolicy: { type: given.referencePolicy?.type || REFERENCE_POLICY },
  };
}

function importTarget(reference: string): { name: string } | undefined {
  const parsed = tryParseImageReference(reference);
  if (parsed.type === 'error' || parsed.reference.tag === '') return undefined;
  return { name: parsed.reference.tag };
}
