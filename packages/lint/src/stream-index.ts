import type { Manifest } from './read/identify.js';
import { member, nameOfObject, textMember, viewTags } from './tag-view.js';

/** A stream of the file at hand. */
export interface IndexedStream {
  readonly name: string;
  readonly namespace: string | undefined;
  /** The tags spec and status name. */
  readonly tags: ReadonlySet<string>;
  /** Whether tags may exist that the file does not show: a build or a push fills a stream without saying so here. */
  readonly order: number;
}

/** The streams of one file, by name. */
export class StreamIndex {
  readonly #streams: readonly IndexedStream[];

  constructor(manifests: readonly Manifest[]) {
    this.#streams = manifests.flatMap((manifest, order) =>
      manifest.kind === 'ImageStream' ? [indexStream(manifest, order)] : [],
    );
  }

  /** The stream of a name; namespaces count only where both sides name one. */
  find(name: string, namespace: string | undefined): IndexedStream | undefined {
    return this.#streams.find(
      (stream) =>
        stream.name === name &&
        (namespace === undefined ||
          stream.namespace === undefined ||
          stream.namespace === namespace),
    );
  }
}

function indexStream(manifest: Manifest, order: number): IndexedStream {
  const { object } = manifest;
  return {
    name: nameOfObject(object),
    namespace: textMember(member(object, 'metadata'), 'namespace'),
    tags: tagNames(object),
    order,
  };
}

/** The names of all tags spec and status of a stream know. */
export function tagNames(object: Readonly<Record<string, unknown>>): Set<string> {
  const names = new Set<string>();
  for (const { name } of viewTags('ImageStream', object)) if (name !== undefined) names.add(name);
  const status = member(object, 'status')['tags'];
  if (Array.isArray(status)) {
    for (const entry of status) {
      const tag = textMember(entry, 'tag');
      if (tag !== undefined) names.add(tag);
    }
  }
  return names;
}
