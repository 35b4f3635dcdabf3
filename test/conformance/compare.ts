import { isJsonObject } from '@imagestream/core';
import {
  bagOf,
  brief,
  canonical,
  escapePointer,
  sameNetworkError,
  maskText,
  splitMessage,
  yamlWords,
} from './masks.js';
import type { OpenApiDigest, RecordedResponse, Recording } from './recording.js';
import type { Answer } from './replay.js';

/** One thing that differs: where (a JSON pointer into the recording), what was recorded, what came. */
export interface Difference {
  at: string;
  expected: unknown;
  got: unknown;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const AGO =
  /^(?:Less than a second|About an? (?:minute|hour)|\d+ (?:seconds?|minutes?|hours?)) ago$/;
const COMPARED_HEADERS = ['content-type', 'warning', 'retry-after'] as const;

/** What the comparison knows about the place it is at. */
interface Place {
  at: string;
  /** The property name, empty for list items. */
  key: string;
  /** The path of the request that was answered. */
  path: string;
  /** Whether the body is a list or a Table, whose own resourceVersion may run ahead. */
  isList: boolean;
  isBookmark: boolean;
}

/** Where a list has its own version; one that is asked for with `watch=0` is recorded as an event. */
const LIST_VERSION = /\/(?:body|events\/\d+)\/metadata\/resourceVersion$/;

interface SeenVersion {
  recorded: bigint;
  got: bigint;
  mayRunAhead: boolean;
  at: string;
}

/**
 * Compares the answers of one story with the recording. Gives the differences of each step, in order; all empty
 * when the server behaves as the real one.
 *
 * Equal uids stay equal and different ones different through the story; resourceVersions keep their order.
 */
export function compareStory(recording: Recording, answers: readonly Answer[]): Difference[][] {
  const comparison = new StoryComparison(recording);
  return recording.steps.map((step, index) =>
    comparison.compareStep(index, step.response, answers[index]),
  );
}

class StoryComparison {
  readonly #recording: Recording;
  readonly #volatile: ReadonlySet<string>;
  readonly #opaque: ReadonlySet<string>;
  readonly #unordered: ReadonlySet<string>;
  readonly #ignored: ReadonlySet<string>;
  readonly #subset: ReadonlySet<string>;
  readonly #versions: SeenVersion[] = [];
  readonly #uids = new Map<string, string>();
  readonly #uidsBack = new Map<string, string>();
  /** Recorded generated names and the ones this run got instead. */
  readonly #names = new Map<string, string>();
  #differences: Difference[] = [];

  constructor(recording: Recording) {
    this.#recording = recording;
    this.#volatile = new Set(recording.volatile);
    this.#opaque = new Set(recording.opaque);
    this.#unordered = new Set(recording.unordered);
    this.#ignored = new Set(recording.nondeterministic);
    this.#subset = new Set(recording.subset);
  }

  compareStep(index: number, expected: RecordedResponse, got: Answer | undefined): Difference[] {
    this.#differences = [];
    const base = `/steps/${index}/response`;
    const ignored = this.#ignored.has(base) || this.#ignored.has(`${base}/status`);
    if (got?.skipped !== true && !ignored) this.#compareAnswer(base, index, expected, got);
    return this.#differences;
  }

  #differ(at: string, expected: unknown, got: unknown): void {
    this.#differences.push({ at, expected, got });
  }

  #compareAnswer(
    base: string,
    index: number,
    expected: RecordedResponse,
    got: Answer | undefined,
  ): void {
    if (got?.status === undefined) {
      this.#differ(base, expected.status, got?.error ?? 'no answer');
      return;
    }
    if (got.error !== undefined) this.#differ(`${base}/error`, 'a complete answer', got.error);
    if (got.status !== expected.status) {
      this.#differ(`${base}/status`, expected.status, `${got.status} ${brief(got.body)}`);
      return;
    }
    this.#compareHeaders(base, expected, got);
    const path = this.#recording.steps[index]?.request.path ?? '';
    if (expected.events !== undefined)
      this.#compareEvents(`${base}/events`, expected.events, got.events, path);
    else if (!this.#ignored.has(`${base}/body`))
      this.#compareBody(`${base}/body`, expected, got, path);
  }

  #compareHeaders(base: string, expected: RecordedResponse, got: Answer): void {
    for (const name of COMPARED_HEADERS) {
      const at = `${base}/headers/${name}`;
      const [want, have] = [
        normalizeHeader(expected.headers[name]),
        normalizeHeader(got.headers[name]),
      ];
      if (!this.#ignored.has(at) && want !== have) this.#differ(at, want, have);
    }
  }

  #compareBody(at: string, expected: RecordedResponse, got: Answer, path: string): void {
    const type = normalizeHeader(expected.headers['content-type']) ?? '';
    if (expected.contains !== undefined) {
      for (const text of expected.contains) {
        if (!String(got.body).includes(text)) this.#differ(at, `contains ${text}`, brief(got.body));
      }
    } else if (expected.digest !== undefined) {
      this.#compareDigest(at, expected.digest, got.body);
    } else if (expected.bodyEncoding === 'base64' || expected.bodyEncoding === 'empty') {
      if (got.bodyEncoding !== expected.bodyEncoding)
        this.#differ(at, expected.bodyEncoding, brief(got.body));
    } else if (expected.bodyEncoding === 'text' && type.includes('yaml')) {
      const [want, have] = [yamlWords(String(expected.body)), yamlWords(String(got.body))];
      if (bagOf(want) !== bagOf(have)) this.#differ(at, brief(expected.body), brief(got.body));
    } else {
      this.#learnNames(expected.body, got.body);
      const kind = isJsonObject(expected.body) ? String(expected.body['kind']) : '';
      const isList = kind.endsWith('List') || kind === 'Table';
      this.#compare(expected.body, got.body, { at, key: 'body', path, isList, isBookmark: false });
    }
  }

  #compareDigest(at: string, digest: OpenApiDigest, body: unknown): void {
    if (!isJsonObject(body)) {
      this.#differ(at, `a JSON document (${digest.kind})`, brief(body));
      return;
    }
    const components = isJsonObject(body['components']) ? body['components']['schemas'] : undefined;
    const definitions = Object.keys(body['definitions'] ?? components ?? {});
    const missing = [
      ...(digest.paths ?? []).filter((path) => !Object.keys(body['paths'] ?? {}).includes(path)),
      ...(digest.definitions ?? []).filter((name) => !definitions.includes(name)),
    ];
    if (missing.length > 0) this.#differ(at, `also ${missing.slice(0, 4).join(' ')}`, 'missing');
    for (const key of ['openapi', 'swagger'] as const) {
      if (digest[key] !== undefined && digest[key] !== body[key])
        this.#differ(at, digest[key], body[key]);
    }
  }

  #compareEvents(at: string, expected: unknown[], got: unknown[] | undefined, path: string): void {
    if (this.#ignored.has(at)) return;
    if (got === undefined) {
      this.#differ(at, `${expected.length} watch events`, 'no watch stream');
      return;
    }
    for (const event of got) {
      if (isBookmark(event) && !/^\d+$/.test(bookmarkVersion(event))) {
        this.#differ(at, 'a bookmark with a resourceVersion', brief(event));
      }
    }
    const wanted = expected
      .map((event, index) => ({ event, index }))
      .filter(({ event }) => counts(event));
    const had = got.filter(counts);
    if (wanted.length !== had.length) {
      this.#differ(
        at,
        brief(wanted.map(({ event }) => eventLabel(event))),
        brief(had.map(eventLabel)),
      );
      return;
    }
    wanted.forEach(({ event, index }, position) => {
      const other = had[position];
      if (isJsonObject(event) && isJsonObject(other))
        this.#learnNames(event['object'], other['object']);
      const place = {
        at: `${at}/${index}`,
        key: '',
        path,
        isList: isJsonObject(event) && String(event['kind']).endsWith('List'),
        isBookmark: isBookmark(event),
      };
      this.#compare(event, other, place);
    });
  }

  /** Generated names differ from run to run: remember which stands for which. */
  #learnNames(expected: unknown, got: unknown): void {
    const [want, have] = [metadataOf(expected), metadataOf(got)];
    const prefix = want['generateName'];
    const [recorded, actual] = [want['name'], have['name']];
    if (typeof prefix !== 'string' || typeof recorded !== 'string' || typeof actual !== 'string')
      return;
    const suffix = new RegExp('^[bcdfghjklmnpqrstvwxz2456789]{5}$');
    if (
      recorded !== actual &&
      actual.startsWith(prefix) &&
      suffix.test(actual.slice(prefix.length))
    ) {
      this.#names.set(recorded, actual);
    }
  }

  #compare(expected: unknown, got: unknown, place: Place): void {
    const { at, key } = place;
    if (this.#ignored.has(at)) return;
    if (this.#opaque.has(at)) {
      if (typeof expected !== typeof got) this.#differ(at, typeof expected, typeof got);
    } else if (key === 'continue' && typeof expected === 'string' && expected !== '') {
      if (typeof got !== 'string' || got === '') this.#differ(at, 'a continue token', got);
    } else if (this.#volatile.has(at) || (key === 'time' && at.includes('/managedFields/'))) {
      this.#compareVolatile(expected, got, place);
    } else if (Array.isArray(expected)) {
      if (Array.isArray(got)) this.#compareLists(expected, got, place);
      else this.#differ(at, brief(expected), brief(got));
    } else if (isJsonObject(expected)) {
      if (isJsonObject(got)) this.#compareObjects(expected, got, place);
      else this.#differ(at, brief(expected), brief(got));
    } else if (expected !== got && !this.#sameText(expected, got, place)) {
      this.#differ(at, brief(expected), brief(got));
    }
  }

  #compareObjects(
    expected: Record<string, unknown>,
    got: Record<string, unknown>,
    place: Place,
  ): void {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(got)])) {
      const at = `${place.at}/${escapePointer(key)}`;
      if (!Object.hasOwn(got, key)) {
        if (!this.#ignored.has(at)) this.#differ(at, brief(expected[key]), 'absent');
      } else if (!Object.hasOwn(expected, key)) {
        if (!this.#ignored.has(at) && !this.#volatile.has(at))
          this.#differ(at, 'absent', brief(got[key]));
      } else {
        this.#compare(expected[key], got[key], { ...place, at, key });
      }
    }
  }

  #compareLists(expected: unknown[], got: unknown[], place: Place): void {
    const { at, key, path } = place;
    const isVirtual =
      /\/image(?:stream)?tags(?:\?|$)/.test(path) && (key === 'items' || key === 'rows');
    if (this.#subset.has(at)) {
      const have = new Set(got.map((item) => JSON.stringify(item)));
      const missing = expected.filter((item) => !have.has(JSON.stringify(item)));
      if (missing.length > 0) this.#differ(at, `also ${brief(missing)}`, 'missing');
    } else if (key === 'managedFields') this.#compareBags(expected, got, place, managerKey);
    else if (isVirtual) this.#compareBags(expected, got, place, itemKey);
    else if (key === 'causes' || this.#unordered.has(at))
      this.#compareBags(expected, got, place, canonical);
    else if (expected.length !== got.length) this.#differ(at, brief(expected), brief(got));
    else
      expected.forEach((item, index) => this.#compare(item, got[index], this.#item(place, index)));
  }

  #item(place: Place, index: number): Place {
    return { ...place, at: `${place.at}/${index}`, key: '' };
  }

  #compareBags(
    expected: readonly unknown[],
    got: readonly unknown[],
    place: Place,
    keyOf: (item: unknown) => string,
  ): void {
    const rest = [...got];
    const unmatched: { item: unknown; index: number }[] = [];
    expected.forEach((item, index) => {
      const found = rest.findIndex((other) => keyOf(other) === keyOf(item));
      if (found < 0) unmatched.push({ item, index });
      else this.#compare(item, rest.splice(found, 1)[0], this.#item(place, index));
    });
    if (unmatched.length !== rest.length) {
      this.#differ(place.at, brief(unmatched.map(({ item }) => item)), brief(rest));
      return;
    }
    unmatched.forEach(({ item, index }, n) =>
      this.#compare(item, rest[n], this.#item(place, index)),
    );
  }

  #translate(text: string): string {
    let translated = text;
    for (const [recorded, actual] of this.#names)
      translated = translated.replaceAll(recorded, actual);
    return translated;
  }

  #sameText(expected: unknown, got: unknown, { at, key }: Place): boolean {
    if (typeof expected !== 'string' || typeof got !== 'string') return false;
    if (key === 'description' && expected === '' && at.includes('/columnDefinitions/')) return true;
    const want = this.#translate(expected);
    if (want === got || (AGO.test(want) && AGO.test(got))) return true;
    if (key !== 'message' && !this.#unordered.has(at)) return false;
    return splitMessage(want) === splitMessage(got) || sameNetworkError(want, got);
  }

  #compareVolatile(expected: unknown, got: unknown, place: Place): void {
    const { at, key } = place;
    if (typeof expected !== typeof got || Array.isArray(expected) !== Array.isArray(got)) {
      this.#differ(at, `${typeof expected} like ${brief(expected)}`, brief(got));
    } else if (typeof expected === 'string' && typeof got === 'string') {
      if (key === 'resourceVersion') this.#compareVersions(expected, got, place);
      else if (UUID.test(expected)) this.#compareUids(expected, got, place);
      else if (TIME.test(expected)) {
        const samePrecision = TIME.test(got) && expected.includes('.') === got.includes('.');
        if (!samePrecision) this.#differ(at, `a time like ${expected}`, brief(got));
      } else if (!sameShape(this.#translate(expected), got))
        this.#differ(at, brief(expected), brief(got));
    }
  }

  #compareUids(expected: string, got: string, { at, key }: Place): void {
    if (!UUID.test(got)) this.#differ(at, 'a uid', brief(got));
    else if (key === 'uid') {
      const known = this.#uids.get(expected);
      const back = this.#uidsBack.get(got);
      if ((known ?? got) !== got || (back ?? expected) !== expected) {
        this.#differ(at, `the uid seen before for this object (${known ?? 'a new one'})`, got);
      }
      this.#uids.set(expected, got);
      this.#uidsBack.set(got, expected);
    }
  }

  #compareVersions(expected: string, got: string, { at, isList, isBookmark }: Place): void {
    if (!/^\d+$/.test(got)) {
      this.#differ(at, 'a resourceVersion of digits', brief(got));
      return;
    }
    if (!/^\d+$/.test(expected)) return;
    const mayRunAhead = isBookmark || (isList && LIST_VERSION.test(at));
    const seen: SeenVersion = { recorded: BigInt(expected), got: BigInt(got), mayRunAhead, at };
    const broken = this.#versions.find((other) => !sameOrder(other, seen));
    if (broken !== undefined)
      this.#differ(at, `the order it had with ${broken.at} (${broken.got})`, got);
    this.#versions.push(seen);
  }
}

function sameOrder(before: SeenVersion, now: SeenVersion): boolean {
  const soft = before.mayRunAhead || now.mayRunAhead;
  if (now.recorded === before.recorded) return soft || now.got === before.got;
  if (now.recorded > before.recorded) return soft ? now.got >= before.got : now.got > before.got;
  return soft ? now.got <= before.got : now.got < before.got;
}

function sameShape(expected: string, got: string): boolean {
  if (AGO.test(expected) && AGO.test(got)) return true;
  const [want, have] = [maskText(expected), maskText(got)];
  return want === have || splitMessage(want) === splitMessage(have);
}

function normalizeHeader(value: string | string[] | undefined): string | undefined {
  if (value === undefined) return undefined;
  return (Array.isArray(value) ? value.join(', ') : value).replace(/;\s*/g, ';').trim();
}

function metadataOf(value: unknown): Record<string, unknown> {
  return isJsonObject(value) && isJsonObject(value['metadata']) ? value['metadata'] : {};
}

function isBookmark(event: unknown): boolean {
  return isJsonObject(event) && event['type'] === 'BOOKMARK';
}

function bookmarkVersion(event: unknown): string {
  return isJsonObject(event) ? String(metadataOf(event['object'])['resourceVersion']) : '';
}

/** Bookmarks may come or not; only the one that ends the initial events is compared. */
function counts(event: unknown): boolean {
  if (!isJsonObject(event) || event['type'] !== 'BOOKMARK') return true;
  const annotations = metadataOf(event['object'])['annotations'];
  return isJsonObject(annotations) && annotations['k8s.io/initial-events-end'] === 'true';
}

function eventLabel(event: unknown): string {
  return isJsonObject(event)
    ? `${String(event['type'])} ${String(metadataOf(event['object'])['name'])}`
    : brief(event);
}

function managerKey(item: unknown): string {
  if (!isJsonObject(item)) return '';
  return JSON.stringify([
    item['manager'],
    item['operation'],
    item['subresource'],
    item['apiVersion'],
  ]);
}

function itemKey(item: unknown): string {
  if (!isJsonObject(item)) return '';
  const metadata = item['metadata'] ?? metadataOf(item)['metadata'] ?? item['object'];
  const inner =
    isJsonObject(metadata) && isJsonObject(metadata['metadata']) ? metadata['metadata'] : metadata;
  if (isJsonObject(inner)) return JSON.stringify([inner['namespace'], inner['name']]);
  return JSON.stringify(Array.isArray(item['cells']) ? item['cells'][0] : item);
}
