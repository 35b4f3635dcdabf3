import {
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  required,
  utf8Length,
} from '@imagestream/core';
import type { ImageStream } from '@imagestream/image-v1';
import type { AllowedRegistries, RegistryTransport } from '../allowed-registries.js';
import { imageStreamName } from '../name-rules.js';
import { validateObjectMeta } from '../object-meta.js';
import { isInsecureRepository } from '../parts/insecure-annotation.js';
import { checkReference } from '../parts/reference.js';
import { validateTagReference } from '../parts/tag-reference.js';
import { checkUpdateRules } from '../parts/update-rules.js';
import { report } from '../report.js';

const MAX_FULL_NAME_BYTES = 255;

/**
 * Checks a whole image stream, status included: what the server asks before it stores one. `stream` is normalized,
 * prepared and its tags followed.
 *
 * Source: stream-name-length, stream-repository-tag, stream-repository-id,
 * stream-repository-registry, stream-event-reference-required, stream-event-registry.
 */
export function validateImageStream(
  stream: ImageStream,
  registries: AllowedRegistries,
): FieldError[] {
  const { metadata, spec, status } = stream;
  const isInsecure = isInsecureRepository(metadata);
  const meta = validateObjectMeta(metadata, {
    path: FieldPath.of('metadata'),
    isNamespaced: true,
    nameRule: imageStreamName,
    checksFinalizerForm: true,
  });
  const tagsPath = FieldPath.of('spec', 'tags');
  const tags = (spec?.tags ?? []).flatMap((tag) =>
    validateTagReference(tag, { path: tagsPath.key(tag.name), registries, isInsecure }),
  );
  return [
    ...meta,
    ...checkFullName(metadata.namespace ?? '', metadata.name ?? ''),
    ...checkRepository(spec?.dockerImageRepository ?? '', { registries, isInsecure }),
    ...tags,
    ...(status?.tags === undefined ? [] : checkHistory(stream, registries)),
  ];
}

/** An update of an image stream on its way to the store. */
export interface ImageStreamUpdate {
  /** Normalized, prepared, its tags followed. */
  readonly stream: ImageStream;
  readonly old: ImageStream;
  readonly registries: AllowedRegistries;
  /** What following tags and the limits found, see `wrapFollowProblems`. */
  readonly followErrors?: readonly FieldError[];
}

/**
 * Checks an update of an image stream by a client. Repositories that the stored stream already uses stay allowed.
 *
 * Source: registry-allowed-old, meta-update-immutable.
 */
export function validateImageStreamUpdate(update: ImageStreamUpdate): FieldError[] {
  const { stream, old } = update;
  const { shared, changes } = checkUpdateRules(stream.metadata, {
    old: old.metadata,
    isNamespaced: true,
  });
  const registries = update.registries.admitting(pullSpecsOf(old));
  // The server runs the shared rules and then the kind's own, which run them once more.
  return [
    ...shared,
    ...(update.followErrors ?? []),
    ...changes,
    ...validateImageStream(stream, registries),
  ];
}

/** An update of the status of an image stream. */
export interface ImageStreamStatusUpdate {
  /** Normalized and prepared for a status update. */
  readonly stream: ImageStream;
  readonly old: ImageStream;
  readonly registries: AllowedRegistries;
  /** The text of the error with which the limits of the namespace answer to the new status. */
  readonly limitRefusal?: string | undefined;
}

/**
 * Checks an update of the status: only pull specs that the stored status does not hold yet, literally. Spec, name and
 * the rest are not looked at.
 *
 * Source: stream-status-limits, stream-status-reference, stream-status-registry.
 */
export function validateImageStreamStatusUpdate(update: ImageStreamStatusUpdate): FieldError[] {
  const { stream, old, limitRefusal } = update;
  const { shared, changes } = checkUpdateRules(stream.metadata, {
    old: old.metadata,
    isNamespaced: true,
  });
  const limits =
    limitRefusal === undefined
      ? []
      : [report('stream-status-limits', forbidden('imageStream', limitRefusal))];
  return [...shared, ...limits, ...changes, ...checkNewPullSpecs(update)];
}

function checkFullName(namespace: string, name: string): FieldError[] {
  if (utf8Length(`${namespace}/${name}`) <= MAX_FULL_NAME_BYTES) return [];
  const detail = `'namespace/name' cannot be longer than ${MAX_FULL_NAME_BYTES} characters`;
  return [report('stream-name-length', invalid('metadata.name', name, detail))];
}

interface RegistryOptions {
  readonly registries: AllowedRegistries;
  readonly isInsecure: boolean;
}

function checkRepository(repository: string, options: RegistryOptions): FieldError[] {
  if (repository === '') return [];
  const path = FieldPath.of('spec', 'dockerImageRepository');
  const checked = checkReference(repository, path);
  if (checked.type === 'error') return [checked.error];
  const { reference } = checked;
  const errors: FieldError[] = [];
  if (reference.tag !== '') {
    const detail = 'the repository name may not contain a tag';
    errors.push(report('stream-repository-tag', invalid(path, repository, detail)));
  }
  if (reference.id !== '') {
    const detail = 'the repository name may not contain an ID';
    errors.push(report('stream-repository-id', invalid(path, repository, detail)));
  }
  if (errors.length > 0) return errors;
  const refusal = options.registries.refuse(reference, options.isInsecure ? 'any' : 'secure');
  return refusal === undefined
    ? []
    : [report('stream-repository-registry', forbidden(path, refusal))];
}

/** A history is spoken to as its tag is. */
function transports(stream: ImageStream): (tag: string) => RegistryTransport {
  const isInsecure = isInsecureRepository(stream.metadata);
  const insecureTags = new Set(
    (stream.spec?.tags ?? [])
      .filter((tag) => tag.importPolicy?.insecure === true)
      .map((tag) => tag.name),
  );
  return (tag) => (isInsecure || insecureTags.has(tag) ? 'any' : 'secure');
}

function checkHistory(stream: ImageStream, registries: AllowedRegistries): FieldError[] {
  const transportOf = transports(stream);
  return eventsOf(stream).flatMap(({ tag, pullSpec, path }) => {
    if (pullSpec === '') return [report('stream-event-reference-required', required(path, ''))];
    const checked = checkReference(pullSpec, path);
    if (checked.type === 'error') return [checked.error];
    const refusal = registries.refuse(checked.reference, transportOf(tag));
    return refusal === undefined ? [] : [report('stream-event-registry', forbidden(path, refusal))];
  });
}

/** One pull spec may stand in several places: it is judged once and reported at each. */
function checkNewPullSpecs(update: ImageStreamStatusUpdate): FieldError[] {
  const { stream, old, registries } = update;
  const known = new Set(eventsOf(old).map(({ pullSpec }) => pullSpec));
  const places = new Map<string, EventPlace[]>();
  for (const place of eventsOf(stream)) {
    if (known.has(place.pullSpec)) continue;
    const others = places.get(place.pullSpec);
    if (others === undefined) places.set(place.pullSpec, [place]);
    else others.push(place);
  }
  const transportOf = transports(stream);
  return [...places].flatMap(([pullSpec, holders]) => {
    const isInsecure = holders.some(({ tag }) => transportOf(tag) === 'any');
    const transport: RegistryTransport = isInsecure ? 'any' : 'secure';
    return holders.flatMap(({ path }) =>
      checkNewPullSpec(pullSpec, { path, registries, transport }),
    );
  });
}

function checkNewPullSpec(
  pullSpec: string,
  options: {
    readonly path: FieldPath;
    readonly registries: AllowedRegistries;
    readonly transport: RegistryTransport;
  },
): FieldError[] {
  const { path, registries, transport } = options;
  const checked = checkReference(pullSpec, path);
  if (checked.type === 'error') return [checked.error];
  const refusal = registries.refuse(checked.reference, transport);
  return refusal === undefined ? [] : [report('stream-status-registry', forbidden(path, refusal))];
}

interface EventPlace {
  readonly tag: string;
  readonly pullSpec: string;
  readonly path: FieldPath;
}

function eventsOf(stream: ImageStream): EventPlace[] {
  return (stream.status?.tags ?? []).flatMap(({ tag, items }) => {
    const itemsPath = FieldPath.of('status', 'tags').key(tag).child('items');
    return (items ?? []).map(({ dockerImageReference }, index) => ({
      tag,
      pullSpec: dockerImageReference,
      path: itemsPath.index(index).child('dockerImageReference'),
    }));
  });
}

/** Every pull spec a stream uses, found only when somebody asks. Source: registry-allowed-old. */
function* pullSpecsOf(stream: ImageStream): Generator<string> {
  yield stream.spec?.dockerImageRepository ?? '';
  for (const tag of stream.spec?.tags ?? []) {
    if (tag.from?.kind === 'DockerImage') yield tag.from.name ?? '';
  }
  for (const { pullSpec } of eventsOf(stream)) yield pullSpec;
}
