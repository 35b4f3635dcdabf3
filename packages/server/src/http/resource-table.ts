import type { Rest } from '../registry/rest.js';

/** All resources and subresources of a server, by `resource` or `resource/subresource`. */
export type ResourceTable = ReadonlyMap<string, Rest>;

/** Files resources under their paths, in byte order. Throws when two claim the same. */
export function makeResourceTable(rests: readonly Rest[]): ResourceTable {
  const table = new Map<string, Rest>();
  const sorted = rests.map((rest) => ({ rest, path: pathOf(rest) }));
  sorted.sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { rest, path } of sorted) {
    if (table.has(path)) throw new Error(`two resources serve ${path}`);
    table.set(path, rest);
  }
  return table;
}

/** The name of a resource in discovery: `imagestreams/status`. */
export function pathOf({ info }: Rest): string {
  return info.subresource === undefined ? info.resource : `${info.resource}/${info.subresource}`;
}
