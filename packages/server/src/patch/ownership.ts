import { fieldElement, PathSet } from './path-set.js';
import { type Conflict } from './apply-conflict.js';
import { withoutEmpty, type Managers } from './managed-fields.js';
import type { Comparison } from './typed-value.js';

/** Fields the server owns: nobody is ever recorded for them. Source: own-never. */
const NEVER_OWNED: PathSet = PathSet.fromPaths([
  [fieldElement('apiVersion')],
  [fieldElement('kind')],
  [fieldElement('metadata')],
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'clusterName',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((name) => [fieldElement('metadata'), fieldElement(name)]),
]);

/** The paths that may be owned. */
export function ownable(paths: PathSet): PathSet {
  return paths.difference(NEVER_OWNED);
}

/** What a write changes of what others own. */
export function findConflicts(
  managers: Managers,
  { added, modified }: Comparison,
  self: string,
): Conflict[] {
  const changed = added.union(modified);
  return [...managers].flatMap(([id, entry]) => {
    const paths = id === self ? PathSet.empty : entry.paths.intersection(changed);
    return paths.isEmpty ? [] : [{ id, entry, paths }];
  });
}

/** The managers after a write: the others lose what it changed or removed, and vanish when nothing is left. */
export function takeFromOthers(managers: Managers, change: Comparison, self: string): Managers {
  const lost = change.added.union(change.modified).union(change.removed);
  return withoutEmpty(
    new Map(
      [...managers].map(([id, entry]) => [
        id,
        id === self ? entry : { ...entry, paths: entry.paths.difference(lost) },
      ]),
    ),
  );
}
