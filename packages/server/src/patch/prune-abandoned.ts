import { PathSet } from './path-set.js';
import type { Shape } from './shape.js';
import { removePaths } from './typed-merge.js';
import { fieldSetOf, withNamedFields } from './typed-value.js';

/**
 * The merged object without what the manager applied last time, applies no more, and nobody else owns.
 *
 * `managed` are the paths of every manager, the applying one with what it applies now. Structs on the way go with the
 * last field in them that was owned, as on the real server.
 *
 * Source: apply-prune.
 */
export function pruneAbandoned(options: {
  readonly merged: unknown;
  readonly last: PathSet;
  readonly managed: readonly PathSet[];
  readonly shape: Shape;
}): unknown {
  const { merged, last, managed, shape } = options;
  if (last.isEmpty) return merged;
  const named = (paths: PathSet): PathSet => withNamedFields(paths, shape);
  const all = named(fieldSetOf(merged, shape));
  const withoutLast = removePaths(merged, named(last), shape);
  const owned = managed.reduce((union, paths) => union.union(paths), PathSet.empty);
  const kept = named(fieldSetOf(withoutLast, shape)).union(named(owned));
  const pruned = removePaths(merged, all.difference(kept), shape);
  const gone = all.difference(named(fieldSetOf(pruned, shape)));
  return removePaths(merged, gone.intersection(named(last)), shape);
}
