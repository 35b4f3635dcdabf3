import type { Status } from '@imagestream/core';
import {
  addTagEvent,
  formatImageReference,
  parseImageReference,
  type ImageImportSpec,
  type ImageImportStatus,
  type ImageStream,
  type ImageStreamImportSpec,
  type NamedTagEventList,
  type RepositoryImportSpec,
  type TagEventCondition,
  type TagReference,
} from '@imagestream/image-v1';
import { compareKeys } from '@imagestream/store';
import type { ImportOutcome } from './run-import.js';

/** Marks a stream as imported, with the time of the last import. */
export const IMPORT_CHECK_ANNOTATION = 'openshift.io/image.dockerRepositoryCheck';

/** What is recorded, and when. */
export interface ImportRecord {
  readonly spec: ImageStreamImportSpec;
  readonly outcome: ImportOutcome;
  /** The wire time of events and conditions. */
  readonly now: string;
}

/**
 * Writes the results of an import into a stream: events for images that came, conditions for those that did not, spec tags
 * for both. A spec tag whose generation becomes 0 gets the stream's next one when the stream is written. Returns a new
 * stream.
 *
 * Source: import-record.
 */
export function recordImport(stream: ImageStream, record: ImportRecord): ImageStream {
  const draft = new ImportDraft(stream, record.now);
  const { spec, outcome } = record;
  for (const result of outcome.repository?.images ?? []) {
    if (spec.repository !== undefined) draft.addFromRepository(spec.repository, result);
  }
  for (const [index, result] of (outcome.images ?? []).entries()) {
    const image = spec.images?.[index];
    if (image !== undefined) draft.addImage(image, result);
  }
  return draft.toStream();
}

/**
 * Says on every tag that is new in an import that its images could not be stored, and leaves the rest of the stream as it
 * was. Used when the stream would exceed its limits.
 *
 * Source: import-limit-condition.
 */
export function recordRefusal(
  original: ImageStream,
  refusal: { readonly attempted: ImageStream; readonly status: Status; readonly now: string },
): ImageStream {
  const draft = new ImportDraft(original, refusal.now);
  const known = new Set((original.status?.tags ?? []).map(({ tag }) => tag));
  for (const { tag } of refusal.attempted.status?.tags ?? []) {
    if (!known.has(tag)) draft.setCondition(tag, refusal.status);
  }
  return draft.toStream();
}

/** A stream while the results of an import are written into it. */
class ImportDraft {
  readonly #stream: ImageStream;
  readonly #now: string;
  readonly #nextGeneration: number;
  readonly #specTags: Map<string, TagReference>;
  readonly #histories: Map<string, NamedTagEventList>;

  constructor(stream: ImageStream, now: string) {
    this.#stream = stream;
    this.#now = now;
    this.#nextGeneration = (stream.metadata.generation ?? 0) + 1;
    this.#specTags = new Map((stream.spec?.tags ?? []).map((tag) => [tag.name, tag]));
    this.#histories = new Map((stream.status?.tags ?? []).map((tag) => [tag.tag, tag]));
  }

  addImage(spec: ImageImportSpec, result: ImageImportStatus): void {
    const tag = spec.to?.name ?? '';
    if (tag === '') return;
    if (result.image === undefined || result.status.status !== 'Success') {
      this.fail(tag, result.status);
      if (!this.#specTags.has(tag))
        this.#specTags.set(tag, newSpecTag(tag, spec.from.name ?? '', spec));
      return;
    }
    this.#succeed(tag, { result, spec, sourceName: spec.from.name ?? '' });
  }

  addFromRepository(spec: RepositoryImportSpec, result: ImageImportStatus): void {
    const tag = result.tag ?? '';
    if (tag === '') return;
    if (result.image === undefined || result.status.status !== 'Success') {
      this.fail(tag, result.status);
      return;
    }
    const repository = parseImageReference(spec.from.name ?? '');
    this.#succeed(tag, { result, spec, sourceName: formatImageReference({ ...repository, tag }) });
  }

  /** Source: import-condition. The same failure again changes nothing; another one asks for a new attempt. */
  fail(tag: string, status: Status): void {
    if (!this.setCondition(tag, status)) return;
    const specTag = this.#specTags.get(tag);
    if (specTag !== undefined) this.#specTags.set(tag, { ...specTag, generation: 0 });
  }

  /** Says why a tag could not be imported, in place of what was said before; false when exactly that was said already. */
  setCondition(tag: string, status: Status): boolean {
    const condition: TagEventCondition = {
      type: 'ImportSuccess',
      status: 'False',
      lastTransitionTime: this.#now,
      ...(status.reason ? { reason: status.reason } : {}),
      message: status.message || 'unknown error prevented import',
      generation: this.#nextGeneration,
    };
    const history = this.#histories.get(tag);
    if ((history?.conditions ?? []).some((known) => isSameCondition(known, condition)))
      return false;
    this.#histories.set(tag, { tag, items: history?.items ?? null, conditions: [condition] });
    return true;
  }

  /** Source: import-success. */
  #succeed(
    tag: string,
    success: {
      readonly result: ImageImportStatus;
      readonly spec: ImageImportSpec | RepositoryImportSpec;
      readonly sourceName: string;
    },
  ): void {
    const { result, spec, sourceName } = success;
    const image = result.image?.metadata.name ?? '';
    const dockerImageReference = result.image?.dockerImageReference ?? '';
    const event = {
      created: this.#now,
      dockerImageReference,
      image,
      generation: this.#nextGeneration,
    };
    const newest = this.#histories.get(tag)?.items?.[0];
    const specTag = this.#specTags.get(tag);
    const isChanged =
      newest === undefined ||
      specTag === undefined ||
      typeof specTag.generation !== 'number' ||
      newest.dockerImageReference !== dockerImageReference ||
      newest.image !== image ||
      specTag.generation > newest.generation;
    if (isChanged) {
      const fresh = newSpecTag(tag, sourceName, spec);
      const policy = specTag?.referencePolicy?.type
        ? specTag.referencePolicy
        : fresh.referencePolicy;
      this.#specTags.set(tag, {
        ...fresh,
        ...specTag,
        ...(fresh.from === undefined ? {} : { from: fresh.from }),
        generation: 0,
        ...(policy === undefined ? {} : { referencePolicy: policy }),
      });
      const history = addTagEvent(this.#histories.get(tag), { tag, event });
      if (history !== undefined) this.#histories.set(tag, history);
    }
    this.#settle(tag, spec);
  }

  /** The request's import policy holds from now on, and a failure that was reported is over. */
  #settle(tag: string, spec: ImageImportSpec | RepositoryImportSpec): void {
    const specTag = this.#specTags.get(tag);
    if (specTag !== undefined) {
      this.#specTags.set(tag, { ...specTag, importPolicy: spec.importPolicy ?? {} });
    }
    const history = this.#histories.get(tag);
    if (history === undefined) return;
    const { conditions: _conditions, ...rest } = history;
    this.#histories.set(tag, rest);
  }

  toStream(): ImageStream {
    const specTags = [...this.#specTags.values()].sort((a, b) => compareKeys(a.name, b.name));
    const histories = [...this.#histories.values()].sort((a, b) => compareKeys(a.tag, b.tag));
    const { tags: _specTags, ...spec } = this.#stream.spec ?? {};
    const { tags: _statusTags, ...status } = this.#stream.status ?? {};
    return {
      ...this.#stream,
      spec: specTags.length === 0 ? spec : { ...spec, tags: specTags },
      status: histories.length === 0 ? status : { ...status, tags: histories },
    };
  }
}

function newSpecTag(
  tag: string,
  sourceName: string,
  spec: ImageImportSpec | RepositoryImportSpec,
): TagReference {
  return {
    name: tag,
    annotations: null,
    from: { kind: 'DockerImage', name: sourceName },
    generation: 0,
    importPolicy: spec.importPolicy ?? {},
    referencePolicy: spec.referencePolicy ?? { type: 'Source' },
  };
}

function isSameCondition(a: TagEventCondition, b: TagEventCondition): boolean {
  return (
    a.type === b.type &&
    a.status === b.status &&
    (a.reason ?? '') === (b.reason ?? '') &&
    (a.message ?? '') === (b.message ?? '')
  );
}
