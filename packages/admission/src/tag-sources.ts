import { FieldPath, isJsonObject, type KubeObject } from '@imagestream/core';
import type { PolicyContext } from './policy.js';

/**
 * Where a tag gets its image from, read from any of the kinds that can say so. Values are as the user wrote them; a
 * member of a wrong type counts as absent, since refusing it is for the schema.
 */
export interface TagSource {
  /** The entry itself: `spec.tags[latest]`, `tag`, `spec.images[0]`. */
  readonly path: FieldPath;
  /** The stream the tag belongs to, empty when it is not known yet. */
  readonly stream: string;
  /** The tag, empty for a whole repository. */
  readonly tag: string;
  readonly from?: {
    readonly kind: string;
    readonly name: string;
    readonly namespace: string;
    readonly path: FieldPath;
  };
  readonly isInsecure: boolean;
  readonly isScheduled: boolean;
  readonly importMode: string;
  /** The reference policy type, empty when not given. */
  readonly referencePolicy: string;
  /** True when the tag only refers, and nothing is imported. */
  readonly isReference: boolean;
}

type Json = Readonly<Record<string, unknown>>;

const NOTHING: Json = {};

function objectIn(value: unknown, key: string): Json {
  const member = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return isJsonObject(member) ? member : NOTHING;
}

function textIn(value: Json, key: string): string {
  const member = Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof member === 'string' ? member : '';
}

function listIn(value: Json, key: string): Json[] {
  const member = Object.hasOwn(value, key) ? value[key] : undefined;
  return Array.isArray(member) ? member.filter(isJsonObject) : [];
}

/** Every source of an ImageStream, ImageStreamTag, ImageTag, ImageStreamImport or ImageStreamMapping, in order. */
export function readTagSources(object: KubeObject): TagSource[] {
  const name = object.metadata.name ?? '';
  const [stream = '', tag = ''] = name.split(':', 2);
  switch (object.kind) {
    case 'ImageStream':
      return readStream(objectIn(object, 'spec'), name);
    case 'ImageStreamTag':
      return readEntry(objectIn(object, 'tag'), FieldPath.of('tag'), { stream, tag });
    case 'ImageTag':
      return readEntry(objectIn(object, 'spec'), FieldPath.of('spec'), { stream, tag });
    case 'ImageStreamImport':
      return readImport(objectIn(object, 'spec'), name);
    case 'ImageStreamMapping':
      return readMapping(object, name);
    default:
      return [];
  }
}

function readStream(spec: Json, stream: string): TagSource[] {
  const tags = listIn(spec, 'tags').flatMap((entry) => {
    const tag = textIn(entry, 'name');
    return readEntry(entry, FieldPath.of('spec', 'tags').key(tag), { stream, tag });
  });
  const repository = textIn(spec, 'dockerImageRepository');
  if (repository === '') return tags;
  const path = FieldPath.of('spec', 'dockerImageRepository');
  return [
    ...tags,
    makeSource({ entry: NOTHING, path, stream, tag: '' }, { name: repository, path }),
  ];
}

function readEntry(
  entry: Json,
  path: FieldPath,
  names: { stream: string; tag: string },
): TagSource[] {
  return entry === NOTHING ? [] : [makeSource({ entry, path, ...names })];
}

function readImport(spec: Json, stream: string): TagSource[] {
  const images = listIn(spec, 'images').map((entry, index) => {
    const given = textIn(objectIn(entry, 'to'), 'name');
    const tag = given === '' ? tagOf(textIn(objectIn(entry, 'from'), 'name')) : given;
    return makeSource({ entry, path: FieldPath.of('spec', 'images').index(index), stream, tag });
  });
  const repository = objectIn(spec, 'repository');
  if (repository === NOTHING) return images;
  return [
    ...images,
    makeSource({ entry: repository, path: FieldPath.of('spec', 'repository'), stream, tag: '' }),
  ];
}

/** The tag at the end of a pull spec; a colon before the last slash is a port. */
function tagOf(pullSpec: string): string {
  const last = pullSpec.slice(pullSpec.lastIndexOf('/') + 1).split('@', 1)[0] ?? '';
  const colon = last.indexOf(':');
  return colon < 0 ? '' : last.slice(colon + 1);
}

function readMapping(object: KubeObject, stream: string): TagSource[] {
  const tag = textIn({ ...object }, 'tag');
  const name = textIn(objectIn(object, 'image'), 'dockerImageReference');
  const path = FieldPath.of('image', 'dockerImageReference');
  if (name === '') return [];
  return [makeSource({ entry: NOTHING, path: FieldPath.of('image'), stream, tag }, { name, path })];
}

function makeSource(
  place: { entry: Json; path: FieldPath; stream: string; tag: string },
  pullSpec?: { name: string; path: FieldPath },
): TagSource {
  const { entry, path, stream, tag } = place;
  const importPolicy = objectIn(entry, 'importPolicy');
  const from =
    pullSpec === undefined
      ? readFrom(entry, path)
      : { kind: 'DockerImage', namespace: '', ...pullSpec };
  return {
    path,
    stream,
    tag,
    ...(from === undefined ? {} : { from }),
    isInsecure: importPolicy['insecure'] === true,
    isScheduled: importPolicy['scheduled'] === true,
    importMode: textIn(importPolicy, 'importMode'),
    referencePolicy: textIn(objectIn(entry, 'referencePolicy'), 'type'),
    isReference: entry['reference'] === true,
  };
}

function readFrom(entry: Json, path: FieldPath): TagSource['from'] {
  const from = objectIn(entry, 'from');
  if (from === NOTHING) return undefined;
  const [kind, name, namespace] = ['kind', 'name', 'namespace'].map((key) => textIn(from, key));
  return {
    kind: kind ?? '',
    name: name ?? '',
    namespace: namespace ?? '',
    path: path.child('from'),
  };
}

/**
 * The sources a policy should judge: all of a new object, and of an update those that are new or say something
 * else than before. What was there already does not stop somebody who changes a label.
 */
export function readChangedSources({ object, oldObject }: PolicyContext): TagSource[] {
  if (object === undefined) return [];
  const sources = readTagSources(object);
  if (oldObject === undefined) return sources;
  const before = new Set(readTagSources(oldObject).map(identify));
  return sources.filter((source) => !before.has(identify(source)));
}

function identify({ from, path, ...rest }: TagSource): string {
  const where = from === undefined ? null : [from.kind, from.namespace, from.name];
  return JSON.stringify([path.toString(), where, rest]);
}
