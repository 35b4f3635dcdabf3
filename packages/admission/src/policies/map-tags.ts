import { isJsonObject, type KubeObject } from '@imagestream/core';
import type { PolicyContext } from '../policy.js';

type Json = Record<string, unknown>;

/**
 * The object with every tag entry replaced by what `change` gives; the object itself when nothing changed. Tag
 * entries are those of ImageStream, ImageStreamTag, ImageTag and ImageStreamImport. What is not of the right type is
 * left alone.
 */
export function mapTagEntries(object: KubeObject, change: (entry: Json) => Json): KubeObject {
  switch (object.kind) {
    case 'ImageStream':
      return mapMember(object, 'spec', (spec) => mapList(spec, 'tags', change));
    case 'ImageStreamTag':
      return mapMember(object, 'tag', change);
    case 'ImageTag':
      return mapMember(object, 'spec', change);
    case 'ImageStreamImport':
      return mapMember(object, 'spec', (spec) =>
        mapMember(mapList(spec, 'images', change), 'repository', change),
      );
    default:
      return object;
  }
}

/** An object with one object member replaced; the same object when the member is missing or unchanged. */
export function mapMember<T extends object>(
  object: T,
  key: string,
  change: (value: Json) => Json,
): T {
  const value: unknown = Object.hasOwn(object, key) ? Reflect.get(object, key) : undefined;
  if (!isJsonObject(value)) return object;
  const changed = change(value);
  return changed === value ? object : { ...object, [key]: changed };
}

function mapList(object: Json, key: string, change: (entry: Json) => Json): Json {
  const list = Object.hasOwn(object, key) ? object[key] : undefined;
  if (!Array.isArray(list)) return object;
  const changed = list.map((item: unknown) => (isJsonObject(item) ? change(item) : item));
  return changed.every((item, index) => item === list[index])
    ? object
    : { ...object, [key]: changed };
}

/**
 * The object with a text set in every tag entry that the request brings in; the object itself when nothing changed.
 *
 * An API server puts its own defaults in before it asks webhooks, so a text that is the server's default counts as not
 * given, and who gave it cannot be told. Therefore only entries the stored object does not have are touched: what an update
 * says about a tag that is there is meant.
 */
export function setInNewTags(
  { object, oldObject }: PolicyContext,
  setting: { member: string; key: string; value: string; serverDefault: string },
): KubeObject | undefined {
  if (object === undefined) return undefined;
  const known = new Set(oldObject === undefined ? [] : listTagNames(oldObject));
  return mapTagEntries(object, (entry) =>
    known.has(tagName(entry)) ? entry : setText(entry, setting),
  );
}

/** Tag names of a stream; of the other kinds, which hold one tag or none, a stand-in for that one. */
function listTagNames(object: KubeObject): string[] {
  const names: string[] = [];
  mapTagEntries(object, (entry) => {
    names.push(tagName(entry));
    return entry;
  });
  return names;
}

function tagName(entry: Json): string {
  return typeof entry['name'] === 'string' ? entry['name'] : '';
}

function setText(
  entry: Json,
  {
    member,
    key,
    value,
    serverDefault,
  }: { member: string; key: string; value: string; serverDefault: string },
): Json {
  const given = entry[member] ?? {};
  if (!isJsonObject(given)) return entry;
  const text = given[key] ?? '';
  const isOpen = text === '' || text === serverDefault;
  return isOpen && text !== value ? { ...entry, [member]: { ...given, [key]: value } } : entry;
}
