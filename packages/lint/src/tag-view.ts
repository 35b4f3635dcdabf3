import { isJsonObject } from '@imagestream/core';
import { type ImageReference, tryParseImageReference } from '@imagestream/image-v1';
import type { Path } from './path.js';
import { isUnknown } from './read/placeholders.js';

/** A part of an object that says where an image comes from, whatever its kind calls it. */
export interface TagView {
  /** Where it stands in the object. */
  readonly path: Path;
  readonly role: 'specTag' | 'streamTag' | 'imageTag' | 'importedImage' | 'importedRepository';
  /** The tag's name; undefined when it has none or it is no text. */
  readonly name: string | undefined;
  /** The whole part. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** `from`, when it is there. */
  readonly from: FromView | undefined;
  readonly importPolicy: Readonly<Record<string, unknown>>;
  readonly referencePolicy: Readonly<Record<string, unknown>>;
  readonly annotations: Readonly<Record<string, unknown>>;
}

/** What a tag refers to. Members of the wrong type are undefined here. */
export interface FromView {
  readonly path: Path;
  readonly raw: Readonly<Record<string, unknown>>;
  readonly kind: string | undefined;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  /** The pull specification, for a DockerImage whose name is known and parses. */
  readonly reference: ImageReference | undefined;
}

/** The parts of an object that refer to images, in their order. */
export function viewTags(kind: string, object: Readonly<Record<string, unknown>>): TagView[] {
  switch (kind) {
    case 'ImageStream':
      return viewList(object, ['spec', 'tags'], 'specTag');
    case 'ImageStreamTag':
      return viewOne(object['tag'], ['tag'], 'streamTag', tagOf(object));
    case 'ImageTag':
      return viewOne(object['spec'], ['spec'], 'imageTag', tagOf(object));
    case 'ImageStreamImport': {
      const repository = member(member(object, 'spec'), 'repository');
      return [
        ...viewList(object, ['spec', 'images'], 'importedImage'),
        ...viewOne(repository, ['spec', 'repository'], 'importedRepository', undefined),
      ];
    }
    default:
      return [];
  }
}

/** The map a value has under a key; an empty one when it has none. */
export function member(value: unknown, key: string): Readonly<Record<string, unknown>> {
  const found = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return isJsonObject(found) ? found : {};
}

/** The text a value has under a key; undefined when it has none. */
export function textMember(value: unknown, key: string): string | undefined {
  const found = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof found === 'string' ? found : undefined;
}

/** The name of an object, empty when it has none. */
export function nameOfObject(object: unknown): string {
  return textMember(member(object, 'metadata'), 'name') ?? '';
}

function tagOf(object: Readonly<Record<string, unknown>>): string | undefined {
  const name = nameOfObject(object);
  const colon = name.indexOf(':');
  return colon < 0 ? undefined : name.slice(colon + 1);
}

function viewList(
  object: Readonly<Record<string, unknown>>,
  path: readonly [string, string],
  role: TagView['role'],
): TagView[] {
  const parent = member(object, path[0]);
  const list = Object.hasOwn(parent, path[1]) ? parent[path[1]] : undefined;
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown, index) => {
    const name = textMember(role === 'importedImage' ? member(item, 'to') : item, 'name');
    return viewOne(item, [...path, index], role, name);
  });
}

function viewOne(
  raw: unknown,
  path: Path,
  role: TagView['role'],
  name: string | undefined,
): TagView[] {
  if (!isJsonObject(raw) || Object.keys(raw).length === 0) return [];
  return [
    {
      path,
      role,
      name,
      raw,
      from: viewFrom(raw, path),
      importPolicy: member(raw, 'importPolicy'),
      referencePolicy: member(raw, 'referencePolicy'),
      annotations: member(raw, 'annotations'),
    },
  ];
}

function viewFrom(tag: Readonly<Record<string, unknown>>, path: Path): FromView | undefined {
  const raw = tag['from'];
  if (!isJsonObject(raw)) return undefined;
  const kind = textMember(raw, 'kind');
  const name = textMember(raw, 'name');
  return {
    path: [...path, 'from'],
    raw,
    kind,
    name,
    namespace: textMember(raw, 'namespace'),
    reference: kind === 'DockerImage' ? parseKnown(name) : undefined,
  };
}

function parseKnown(name: string | undefined): ImageReference | undefined {
  if (name === undefined || isUnknown(name)) return undefined;
  const result = tryParseImageReference(name);
  return result.type === 'reference' ? result.reference : undefined;
}
