import type { ImageStream, NamedTagEventList, TagEvent } from '../gen/kinds.js';
import { ImageIndex, type ImageIdResult } from '../image-id.js';
import { DEFAULT_TAG } from '../image-reference-forms.js';
import { compareBytes } from '../text-order.js';
import { addTagEvent } from './tag-events.js';

/** The history of a stream while it is being written: look-ups by tag and by image without reading it all each time. */
export class StreamHistory {
  readonly #tags: Map<string, NamedTagEventList>;
  /** Built when the first image is asked for, kept up to date from then on. */
  #images: ImageIndex | undefined;

  constructor(stream: ImageStream | undefined) {
    this.#tags = new Map((stream?.status?.tags ?? []).map((tag) => [tag.tag, tag]));
  }

  /** The newest event of a tag; an empty tag means `latest`. */
  newest(tag: string): TagEvent | undefined {
    return this.#tags.get(tag || DEFAULT_TAG)?.items?.[0];
  }

  /** The image that a whole or shortened id means. Source: image-id-resolve. */
  resolveImage(id: string): ImageIdResult {
    this.#images ??= this.#indexImages();
    return this.#images.resolve(id);
  }

  /** Adds an event to a tag and tells whether that changed anything. Source: tag-event-add. */
  add(tag: string, event: TagEvent): boolean {
    const changed = addTagEvent(this.#tags.get(tag), { tag, event });
    if (changed === undefined) return false;
    this.#tags.set(tag, changed);
    const newest = changed.items?.[0];
    if (newest !== undefined) this.#images?.add(newest);
    return true;
  }

  /** Rewrites the generation of a tag's newest event. Source: tag-follow-alias. */
  setNewestGeneration(tag: string, generation: number): void {
    const history = this.#tags.get(tag);
    const [newest, ...older] = history?.items ?? [];
    if (history === undefined || newest === undefined) return;
    this.#tags.set(tag, { ...history, items: [{ ...newest, generation }, ...older] });
  }

  /** The tags with their histories, sorted by name. */
  toTags(): NamedTagEventList[] {
    return [...this.#tags.values()].sort((a, b) => compareBytes(a.tag, b.tag));
  }

  #indexImages(): ImageIndex {
    return new ImageIndex([...this.#tags.values()].flatMap((tag) => tag.items ?? []));
  }
}
