import {
  duplicate,
  type FieldError,
  FieldPath,
  invalid,
  isJsonObject,
  notFound,
} from '@imagestream/core';
import {
  type ImageStream,
  isDigest,
  normalizeImageStream,
  streamTagTarget,
  type TagEventCondition,
  type TagReference,
} from '@imagestream/image-v1';
import { report } from './report.js';

/**
 * Looks for what cannot be true of a stored image stream, or will never work: what no server tells, because it judges
 * requests and not what it has stored. Other kinds have nothing of the sort.
 *
 * Entries of `spec.tags` and `status.tags` that stand twice are named by position, everything else by tag.
 *
 * Accepts anything and never throws; linear in the size of the object, cycles of tags included.
 *
 * Source: consistency-duplicate-tag, consistency-tag-generation, consistency-event-generation, consistency-dangling,
 * consistency-cycle, consistency-image, consistency-condition.
 *
 * @example
 * checkConsistency({ kind: 'ImageStream', metadata: { generation: 2 }, spec: { tags: [{ name: 'v1', generation: 3 }] } });
 * // [{ type: 'Invalid', field: 'spec.tags[v1].generation', badValue: 3, … }]
 */
export function checkConsistency(object: unknown): FieldError[] {
  if (!isJsonObject(object) || !Object.hasOwn(object, 'kind') || object['kind'] !== 'ImageStream')
    return [];
  const stream = normalizeImageStream(object);
  return [
    ...checkDuplicateTags(object),
    ...checkTagGenerations(stream),
    ...checkFollowing(stream),
    ...checkHistories(stream),
  ];
}

/**
 * Looks for names that stand twice in the tags of an image stream.
 *
 * Source: consistency-duplicate-tag.
 */
export function checkDuplicateTags(object: unknown): FieldError[] {
  if (!isJsonObject(object)) return [];
  return [
    ...checkDuplicates(object, { part: 'spec', name: 'name' }),
    ...checkDuplicates(object, { part: 'status', name: 'tag' }),
  ];
}

function checkDuplicates(
  object: Record<string, unknown>,
  options: { readonly part: 'spec' | 'status'; readonly name: 'name' | 'tag' },
): FieldError[] {
  const part = Object.hasOwn(object, options.part) ? object[options.part] : undefined;
  const tags = isJsonObject(part) && Object.hasOwn(part, 'tags') ? part['tags'] : undefined;
  if (!Array.isArray(tags)) return [];
  const seen = new Set<unknown>();
  return tags.flatMap((tag: unknown, index) => {
    const name = isJsonObject(tag) && Object.hasOwn(tag, options.name) ? tag[options.name] : '';
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const path = FieldPath.of(options.part, 'tags').index(index).child(options.name);
    return [report('consistency-duplicate-tag', duplicate(path, name))];
  });
}

/** Source: consistency-tag-generation. A stream that says no generation at all is a manifest, not a stored object. */
function checkTagGenerations(stream: ImageStream): FieldError[] {
  const limit = stream.metadata.generation;
  if (limit === undefined) return [];
  return (stream.spec?.tags ?? []).flatMap(({ name, generation }) => {
    if (typeof generation !== 'number' || generation <= limit) return [];
    const path = specTag(name).child('generation');
    const detail = `must not be ahead of the stream's own generation ${limit}`;
    return [report('consistency-tag-generation', invalid(path, generation, detail))];
  });
}

/** Source: consistency-dangling, consistency-cycle. */
function checkFollowing(stream: ImageStream): FieldError[] {
  const tags = stream.spec?.tags ?? [];
  const targets = new Map(tags.flatMap((tag) => ownTarget(stream, tag)));
  const known = new Set([
    ...tags.map(({ name }) => name),
    ...(stream.status?.tags ?? []).map(({ tag }) => tag),
  ]);
  const cycles = cycleLengths(targets);
  return tags.flatMap(({ name, from }) => {
    const target = targets.get(name);
    if (target === undefined) return [];
    const path = specTag(name).child('from', 'name');
    const value = from?.name ?? '';
    if (!known.has(target)) return [report('consistency-dangling', notFound(path, value))];
    const length = cycles.get(name);
    if (length === undefined) return [];
    const detail =
      length === 1 ? 'the tag follows itself' : `the tag follows itself through ${length} tags`;
    return [report('consistency-cycle', invalid(path, value, detail))];
  });
}

/** The tag of the same stream that a tag follows, as an entry of a map; nothing when it follows none. */
function ownTarget(stream: ImageStream, tag: TagReference): [string, string][] {
  const target = streamTagTarget(stream, tag);
  if (target === undefined || target.stream !== (stream.metadata.name ?? '')) return [];
  if (target.namespace !== (stream.metadata.namespace ?? '')) return [];
  return [[tag.name, target.tag || 'latest']];
}

/** Returns for every tag on a cycle how many tags that cycle has. Each tag is walked over once. */
function cycleLengths(targets: ReadonlyMap<string, string>): Map<string, number> {
  const lengths = new Map<string, number>();
  const done = new Set<string>();
  for (const start of targets.keys()) {
    const positions = new Map<string, number>();
    let tag: string | undefined = start;
    while (tag !== undefined && !done.has(tag) && !positions.has(tag)) {
      positions.set(tag, positions.size);
      tag = targets.get(tag);
    }
    const first = tag === undefined ? undefined : positions.get(tag);
    for (const [name, position] of positions) {
      if (first !== undefined && position >= first) lengths.set(name, positions.size - first);
      done.add(name);
    }
  }
  return lengths;
}

/** Source: consistency-event-generation, consistency-image, consistency-condition. */
function checkHistories(stream: ImageStream): FieldError[] {
  const limit = stream.metadata.generation;
  return (stream.status?.tags ?? []).flatMap(({ tag, items, conditions }) => {
    const path = FieldPath.of('status', 'tags').key(tag);
    const events = (items ?? []).flatMap(({ image, generation }, index) => {
      const itemPath = path.child('items').index(index);
      return [
        ...checkEventGeneration(generation, { limit, path: itemPath.child('generation') }),
        ...checkEventImage(image, itemPath.child('image')),
      ];
    });
    const newest = items?.[0]?.generation;
    const contradictions = (conditions ?? []).flatMap((condition, index) =>
      checkCondition(condition, { newest, path: path.child('conditions').index(index) }),
    );
    return [...events, ...contradictions];
  });
}

function checkEventGeneration(
  generation: number,
  options: { readonly limit: number | undefined; readonly path: FieldPath },
): FieldError[] {
  const { limit, path } = options;
  if (limit === undefined || generation <= limit) return [];
  const detail = `must not be ahead of the stream's own generation ${limit}`;
  return [report('consistency-event-generation', invalid(path, generation, detail))];
}

/** A mere reference has no image. */
function checkEventImage(image: string, path: FieldPath): FieldError[] {
  if (image === '' || isDigest(image)) return [];
  return [report('consistency-image', invalid(path, image, 'must be a digest'))];
}

function checkCondition(
  condition: TagEventCondition,
  options: { readonly newest: number | undefined; readonly path: FieldPath },
): FieldError[] {
  const { newest, path } = options;
  if (condition.type !== 'ImportSuccess') return [];
  if (condition.status === 'True' && newest === undefined) {
    const detail = 'must not claim an import that left no item';
    return [
      report('consistency-condition', invalid(path.child('status'), condition.status, detail)),
    ];
  }
  if (condition.status !== 'False' || newest === undefined || condition.generation >= newest)
    return [];
  const detail = `must not be older than the newest item, whose import cleared it, of generation ${newest}`;
  return [
    report(
      'consistency-condition',
      invalid(path.child('generation'), condition.generation, detail),
    ),
  ];
}

function specTag(name: string): FieldPath {
  return FieldPath.of('spec', 'tags').key(name);
}
