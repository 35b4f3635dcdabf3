import type { ObjectMeta } from '@imagestream/core';
import type { RequestContext } from '../registry/request-context.js';
import { sameJson } from '../registry/same-json.js';

/** Drops owner references that are there twice, and says so. Changes `metadata`. Source: api-owner-references. */
export function dropRepeatedOwners(context: RequestContext, metadata: ObjectMeta): void {
  const references = metadata.ownerReferences;
  if (references === undefined || references === null) return;
  const kept = references.filter(
    (reference, index) =>
      !references.slice(0, index).some((earlier) => sameJson(earlier, reference)),
  );
  if (kept.length === references.length) return;
  const repeated = references
    .filter((reference) => references.filter((other) => sameJson(other, reference)).length > 1)
    .map(({ uid }) => uid);
  metadata.ownerReferences = kept;
  context.warn(
    '.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, ' +
      'and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ' +
      [...new Set(repeated)].join(', '),
  );
}
