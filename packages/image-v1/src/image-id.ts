import { quoteGo } from '@imagestream/core';
import { isDigest } from './digest.js';
import type { ImageStream, TagEvent } from './gen/kinds.js';
import { compareBytes } from './text-order.js';

/** What looking for an image in the history of a stream can yield. */
export type ImageIdResult =
  | { readonly type: 'found'; readonly image: string; readonly event: TagEvent }
  | { readonly type: 'notFound' }
  | {
      readonly type: 'ambiguous';
      /** The names that match, sorted. */
      readonly images: readonly string[];
      /** The API server's words. */
      readonly message: string;
    };

/**
 * Tells whether a stored image name answers to a requested id. A digest answers to the beginning of its hex part or
 * of its whole text, any other name to its own beginning. The empty id matches everything.
 *
 * Source: image-id-match.
 */
export function matchesImageId(imageName: string, id: string): boolean {
  if (imageName.startsWith(id)) return true;
  return isDigest(imageName) && imageName.startsWith(id, imageName.indexOf(':') + 1);
}

/**
 * Looks for the image that an id, whole or shortened, means in a stream. The whole history of every tag counts,
 * not only the newest events.
 *
 * The event returned is the last one in the order of tags and items that holds the image; the server's own choice
 * among several is unspecified.
 *
 * Source: image-id-resolve.
 *
 * @example
 * resolveImageId(stream, '4f2b'); // { type: 'found', image: 'sha256:4f2b…', event }
 */
export function resolveImageId(stream: ImageStream, id: string): ImageIdResult {
  const matches = new Map<string, TagEvent>();
  for (const tag of stream.status?.tags ?? []) {
    for (const event of tag.items ?? []) {
      if (matchesImageId(event.image, id)) matches.set(event.image, event);
    }
  }
  return toResult(matches, id);
}

/** Images by every text they answer to, for resolving many ids without reading the whole history each time. */
export class ImageIndex {
  readonly #events = new Map<string, TagEvent>();
  /** Each image once by its name and, when that is a digest, once by its hex part; sorted by the text. */
  readonly #entries: IndexEntry[];

  constructor(events: Iterable<TagEvent>) {
    for (const event of events) this.#events.set(event.image, event);
    this.#entries = [...this.#events.keys()].flatMap(entriesOf);
    this.#entries.sort((a, b) => (a.text < b.text ? -1 : Number(a.text > b.text)));
  }

  /** Adds an event; the last one added for an image is the one returned for it. */
  add(event: TagEvent): void {
    if (!this.#events.has(event.image)) {
      for (const entry of entriesOf(event.image)) {
        this.#entries.splice(this.#firstAtOrAfter(entry.text), 0, entry);
      }
    }
    this.#events.set(event.image, event);
  }

  /** Answers like {@link resolveImageId}. Source: image-id-resolve. */
  resolve(id: string): ImageIdResult {
    const matches = new Map<string, TagEvent>();
    for (let index = this.#firstAtOrAfter(id); index < this.#entries.length; index += 1) {
      const entry = this.#entries[index];
      if (entry === undefined || !entry.text.startsWith(id)) break;
      const event = this.#events.get(entry.image);
      if (event !== undefined) matches.set(entry.image, event);
    }
    return toResult(matches, id);
  }

  #firstAtOrAfter(text: string): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.text ?? '') < text) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

interface IndexEntry {
  readonly text: string;
  readonly image: string;
}

function entriesOf(image: string): IndexEntry[] {
  const whole = { text: image, image };
  return isDigest(image) ? [whole, { text: image.slice(image.indexOf(':') + 1), image }] : [whole];
}

function toResult(matches: ReadonlyMap<string, TagEvent>, id: string): ImageIdResult {
  const [first] = matches;
  if (first === undefined) return { type: 'notFound' };
  if (matches.size === 1) return { type: 'found', image: first[0], event: first[1] };
  const images = [...matches.keys()].sort(compareBytes);
  const message = `multiple images match the prefix ${quoteGo(id)}: ${images.join(', ')}`;
  return { type: 'ambiguous', images, message };
}
