import type { TagView } from '../tag-view.js';

/** The tags a catalogue shows as builders: their annotation `tags` says `builder` and not `hidden`. */
export function builderTags(tags: readonly TagView[]): TagView[] {
  return tags.filter((tag) => {
    const words = catalogueWords(tag);
    return words.includes('builder') && !words.includes('hidden');
  });
}

/** The words of a tag's annotation `tags`. */
export function catalogueWords(tag: TagView): string[] {
  const value = tag.annotations['tags'];
  return typeof value === 'string' ? value.split(',').map((word) => word.trim()) : [];
}
