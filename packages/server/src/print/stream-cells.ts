import { readList, readText } from './fields.js';
import { formatAge } from './human-duration.js';

/** Room for tag names, in characters, each with its comma. */
const BUDGET = 40;
/** A name may overrun the budget by this much when enough of it fits. */
const OVERRUN = 10;

/** The repository of a stream: the public one, else the one of its spec, else the one of its status. */
export function repositoryCell(stream: unknown): string {
  return (
    readText(stream, 'status', 'publicDockerImageRepository') ||
    readText(stream, 'spec', 'dockerImageRepository') ||
    readText(stream, 'status', 'dockerImageRepository')
  );
}

/**
 * The tags of a stream, newest first, cut at about forty characters: `latest,v2,v1 + 3 more...`.
 *
 * Source: table-tags.
 */
export function tagsCell(stream: unknown): string {
  const names = newestFirst(readList(stream, 'status', 'tags'));
  const shown = countShown(names);
  const more = names.length - shown;
  return names.slice(0, shown).join(',') + (more > 0 ? ` + ${more} more...` : '');
}

function newestFirst(tags: readonly unknown[]): string[] {
  return tags
    .map((tag) => ({ name: readText(tag, 'tag'), seconds: newestSeconds(tag) }))
    .sort((a, b) => b.seconds - a.seconds || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ name }) => name);
}

/** When the newest item was made; a tag without items comes last. */
function newestSeconds(tag: unknown): number {
  const created = readText(readList(tag, 'items')[0], 'created');
  return created === '' ? -Infinity : Math.trunc(Date.parse(created) / 1000);
}

function countShown(names: readonly string[]): number {
  let left = BUDGET;
  for (const [index, name] of names.entries()) {
    left -= name.length + 1;
    if (left >= 0) continue;
    if (index === 0) return 1;
    const overrunAllowed = left + name.length > OVERRUN && -left <= OVERRUN;
    if (!overrunAllowed) return index;
  }
  return names.length;
}

/** The age of the newest item of all tags; empty when there is none. */
export function updatedCell(stream: unknown, now: Date): string {
  const times = readList(stream, 'status', 'tags')
    .map((tag) => readText(readList(tag, 'items')[0], 'created'))
    .filter((time) => time !== '')
    .sort((a, b) => Date.parse(b) - Date.parse(a));
  return times[0] === undefined ? '' : formatAge(times[0], now);
}
