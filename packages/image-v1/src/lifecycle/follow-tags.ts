import {
  type FieldError,
  FieldPath,
  formatFieldErrors,
  internalError,
  invalid,
  notFound,
  quoteGo,
  withRule,
} from '@imagestream/core';
import type { ImageStream, TagEvent, TagReference } from '../gen/kinds.js';
import { tryParseImageReference } from '../image-reference.js';
import { DEFAULT_TAG, formatImageReference } from '../image-reference-forms.js';
import { splitFollowedName } from '../tag-history.js';
import { StreamHistory } from './stream-history.js';
import { changedTags } from './tag-changes.js';
import { isSameTagEvent } from './tag-events.js';
import { sourcesFirst, trackedTag } from './tracking.js';

/** The name of an image stream. */
export interface StreamName {
  readonly namespace: string;
  readonly name: string;
}

/** What looking up another stream can yield. */
export type StreamLookup =
  | { readonly type: 'found'; readonly stream: ImageStream }
  | { readonly type: 'notFound' }
  /** Reading failed otherwise; the message goes into the error. */
  | { readonly type: 'failed'; readonly message: string }
  /** Nobody can say: the tag is taken for resolvable and gets no event. */
  | { readonly type: 'unknown' };

/** What following tags needs to know. */
export interface FollowTagsContext {
  /** The stored stream; undefined on create. */
  readonly old: ImageStream | undefined;
  /** The time of new events, RFC 3339. */
  readonly now: string;
  /** The host of the cluster's own registry; empty or absent when there is none. */
  readonly internalRegistry?: string;
  /** Answers for another stream; called once per stream. {@link followedStreams} says for which, to read them ahead. */
  readonly findStream: (name: StreamName) => StreamLookup;
  /**
   * Whether tags of the stream that track a tag which has just moved move with it. True on create and on updates by
   * other resources; on an update by a client the server does not get to it.
   */
  readonly tracks: boolean;
}

/** A stream whose tags have been followed. */
export interface FollowTagsResult {
  /** The stream with its new history. */
  readonly stream: ImageStream;
  /** What kept a tag from being followed, in paths of the stream. See {@link wrapFollowProblems}. */
  readonly problems: readonly FieldError[];
}

/**
 * Makes history out of spec: every new or changed tag that follows an image, a tag or a mere reference gets the event
 * that says so. A tag is taken after the tag it tracks, so chains settle completely, and one that follows an image of
 * its own stream after those that may bring the image; the server's own order is unspecified.
 *
 * A tag that follows a tag of the same stream shares its newest event with it: the generation of that event changes in
 * both.
 *
 * The stream is expected normalized and with its generations assigned. Returns a new one.
 *
 * Source: tag-follow, tag-follow-alias, tag-tracking.
 */
export function followTags(stream: ImageStream, context: FollowTagsContext): FollowTagsResult {
  const walk = new TagWalk(stream, context);
  const tags = sourcesFirst(stream, changedTags(stream, context.old));
  const [ownImages, others] = partition(tags, (tag) => isOwnImage(stream, tag));
  for (const tag of [...others, ...ownImages]) walk.follow(tag);
  if (context.tracks) walk.track();
  return { stream: walk.result(), problems: walk.problems };
}

/**
 * Returns the other streams that following the tags of a stream will ask for, each once.
 *
 * Source: tag-follow.
 */
export function followedStreams(stream: ImageStream, old: ImageStream | undefined): StreamName[] {
  const found = new Map<string, StreamName>();
  for (const tag of changedTags(stream, old)) {
    const target = splitTarget(tag);
    if (target === undefined) continue;
    const source = sourceOf(stream, { tag, name: target.stream });
    if (!isOwn(stream, source)) found.set(keyOf(source), source);
  }
  return [...found.values()];
}

/**
 * Returns the one error in which the server reports everything that kept tags from being followed: an internal error
 * at no field, around a whole message of its own. No problems, no error.
 *
 * Source: stream-follow-wrapped.
 */
export function wrapFollowProblems(name: string, problems: readonly FieldError[]): FieldError[] {
  if (problems.length === 0) return [];
  const detail = `imagestreams ${quoteGo(name)} is invalid: ${formatFieldErrors(problems)}`;
  return [withRule(internalError('[]', detail), 'stream-follow-wrapped')];
}

/** Source: stream-follow-form. */
export const BAD_FOLLOW_FORM = 'must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>';

/** The state of one pass over the tags of a stream: its history so far, and the problems met. */
class TagWalk {
  readonly problems: FieldError[] = [];
  readonly #stream: ImageStream;
  readonly #context: FollowTagsContext;
  readonly #own: StreamHistory;
  readonly #others = new Map<string, StreamHistory | Exclude<StreamLookup, { type: 'found' }>>();
  readonly #generation: number;
  /** Some followed stream is unknown, so an image missing from the own history may still be there on a server. */
  #hasUnknown = false;

  constructor(stream: ImageStream, context: FollowTagsContext) {
    this.#stream = stream;
    this.#context = context;
    this.#own = new StreamHistory(stream);
    this.#generation = stream.metadata.generation ?? 0;
  }

  follow(tag: TagReference): void {
    const { from } = tag;
    if (from === undefined) return;
    if (from.kind === 'DockerImage' && (from.name ?? '') !== '')
      this.#followLiteral(tag, from.name ?? '');
    else this.#followStream(tag);
  }

  /** Source: tag-tracking. */
  track(): void {
    const before = new StreamHistory(this.#context.old);
    for (const tag of sourcesFirst(this.#stream, this.#stream.spec?.tags ?? [])) {
      const source = trackedTag(this.#stream, tag);
      if (source === undefined || source === tag.name) continue;
      const newest = this.#own.newest(source);
      if (newest === undefined || isSameTagEvent(newest, before.newest(source))) continue;
      this.#own.add(tag.name, newest);
    }
  }

  result(): ImageStream {
    const { tags: _, ...status } = this.#stream.status ?? {};
    const tags = this.#own.toTags();
    return { ...this.#stream, status: tags.length > 0 ? { ...status, tags } : status };
  }

  /** Source: tag-follow-reference. A mere reference is news at once; any other image waits for its import. */
  #followLiteral(tag: TagReference, name: string): void {
    if (tag.reference !== true) return;
    this.#own.add(tag.name, {
      created: this.#context.now,
      dockerImageReference: name,
      image: '',
      generation: this.#generation,
    });
  }

  #followStream(tag: TagReference): void {
    const target = splitTarget(tag);
    if (target === undefined) {
      this.#report(tag, 'stream-follow-form', BAD_FOLLOW_FORM);
      return;
    }
    const source = sourceOf(this.#stream, { tag, name: target.stream });
    const own = isOwn(this.#stream, source);
    const history = own ? this.#own : this.#findHistory(tag, source);
    if (history === undefined) return;
    const isTag = tag.from?.kind === 'ImageStreamTag';
    const event = isTag
      ? history.newest(target.rest)
      : this.#imageEvent(tag, { history, id: target.rest });
    if (event === undefined) return;
    this.#own.add(tag.name, this.#adopt(event, { tag, source }));
    // Source: tag-follow-alias.
    if (own && isTag) this.#own.setNewestGeneration(target.rest || DEFAULT_TAG, this.#generation);
  }

  /** Source: stream-follow-missing, stream-follow-failed. */
  #findHistory(tag: TagReference, source: StreamName): StreamHistory | undefined {
    const known = this.#others.get(keyOf(source)) ?? this.#lookUp(source);
    if (known instanceof StreamHistory) return known;
    if (known.type === 'notFound') {
      const error = notFound(namePath(tag), tag.from?.name ?? '');
      this.problems.push(withRule(error, 'stream-follow-missing'));
    } else if (known.type === 'failed') {
      this.#report(
        tag,
        'stream-follow-failed',
        `unable to retrieve image stream: ${known.message}`,
      );
    } else {
      this.#hasUnknown = true;
    }
    return undefined;
  }

  #lookUp(source: StreamName): StreamHistory | Exclude<StreamLookup, { type: 'found' }> {
    const found = this.#context.findStream(source);
    const known = found.type === 'found' ? new StreamHistory(found.stream) : found;
    this.#others.set(keyOf(source), known);
    return known;
  }

  /** Source: stream-follow-image. */
  #imageEvent(
    tag: TagReference,
    wanted: { readonly history: StreamHistory; readonly id: string },
  ): TagEvent | undefined {
    const found = wanted.history.resolveImage(wanted.id);
    if (found.type === 'found') return { ...found.event, created: this.#context.now };
    if (found.type === 'notFound' && wanted.history === this.#own && this.#hasUnknown)
      return undefined;
    const resource = `imagestreamimage.image.openshift.io ${quoteGo(wanted.id)}`;
    const why =
      found.type === 'notFound'
        ? `${resource} not found`
        : `Operation cannot be fulfilled on ${resource}: ${found.message}`;
    this.#report(tag, 'stream-follow-image', `error generating tag event: ${why}`);
    return undefined;
  }

  /** Source: tag-follow-generation, tag-follow-own-repository. */
  #adopt(
    event: TagEvent,
    from: { readonly tag: TagReference; readonly source: StreamName },
  ): TagEvent {
    const adopted = { ...event, generation: this.#generation };
    const registry = this.#context.internalRegistry ?? '';
    if (from.tag.reference === true || registry === '') return adopted;
    const parsed = tryParseImageReference(event.dockerImageReference);
    if (parsed.type === 'error') return adopted;
    const { reference } = parsed;
    const isPushed =
      reference.registry === registry &&
      reference.namespace === from.source.namespace &&
      reference.name === from.source.name;
    if (!isPushed) return adopted;
    const own = ownName(this.#stream);
    return { ...adopted, dockerImageReference: formatImageReference({ ...reference, ...own }) };
  }

  #report(tag: TagReference, rule: string, detail: string): void {
    this.problems.push(withRule(invalid(namePath(tag), tag.from?.name ?? '', detail), rule));
  }
}

/** Source: tag-follow-name. Undefined when kind or name cannot be followed. */
function splitTarget(tag: TagReference): ReturnType<typeof splitFollowedName> {
  const name = tag.from?.name ?? '';
  if (tag.from?.kind === 'ImageStreamTag') return splitFollowedName(name, ':');
  if (tag.from?.kind === 'ImageStreamImage') return splitFollowedName(name, '@');
  return undefined;
}

function sourceOf(
  stream: ImageStream,
  target: { readonly tag: TagReference; readonly name: string | undefined },
): StreamName {
  const own = ownName(stream);
  return { namespace: target.tag.from?.namespace || own.namespace, name: target.name ?? own.name };
}

function isOwnImage(stream: ImageStream, tag: TagReference): boolean {
  if (tag.from?.kind !== 'ImageStreamImage') return false;
  const target = splitTarget(tag);
  return target !== undefined && isOwn(stream, sourceOf(stream, { tag, name: target.stream }));
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

function isOwn(stream: ImageStream, source: StreamName): boolean {
  return keyOf(source) === keyOf(ownName(stream));
}

function ownName(stream: ImageStream): StreamName {
  return { namespace: stream.metadata.namespace ?? '', name: stream.metadata.name ?? '' };
}

function keyOf(name: StreamName): string {
  return JSON.stringify([name.namespace, name.name]);
}

function namePath(tag: TagReference): FieldPath {
  return FieldPath.of('spec', 'tags').key(tag.name).child('from', 'name');
}
