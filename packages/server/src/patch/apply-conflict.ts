import { makeStatus, quoteGo, StatusError } from '@imagestream/core';
import { compareBytes } from '../decode/wire-form.js';
import type { ManagerEntry } from './managed-fields.js';
import { printPath, type PathSet } from './path-set.js';

/** Paths of one manager that an apply would change. */
export interface Conflict {
  readonly id: string;
  readonly entry: ManagerEntry;
  readonly paths: PathSet;
}

/**
 * The 409 of an apply that would change what others own: one cause per path, sorted by manager.
 *
 * Source: apply-conflict.
 */
export function applyConflictError(conflicts: readonly Conflict[]): StatusError {
  const sorted = [...conflicts].sort((a, b) => compareBytes(a.id, b.id));
  const causes = sorted.flatMap(({ entry, paths }) =>
    paths.list().map((path) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${nameManager(entry)}`,
      field: printPath(path),
    })),
  );
  return new StatusError(
    makeStatus({ reason: 'Conflict', message: summarize(sorted, causes), details: { causes } }),
  );
}

function summarize(
  conflicts: readonly Conflict[],
  causes: readonly { readonly message: string; readonly field: string }[],
): string {
  const [only] = causes;
  if (only !== undefined && causes.length === 1) {
    return `Apply failed with 1 conflict: ${only.message}: ${only.field}`;
  }
  const lines = conflicts.flatMap(({ entry, paths }) => [
    `conflicts with ${nameManager(entry)}:`,
    ...paths.list().map((path) => `- ${printPath(path)}`),
  ]);
  return `Apply failed with ${causes.length} conflicts: ${lines.join('\n')}`;
}

/** `"kubectl" with subresource "status" using image.openshift.io/v1`; for an apply without the version. */
function nameManager({ manager, subresource, operation, apiVersion }: ManagerEntry): string {
  const name =
    quoteGo(manager) + (subresource === '' ? '' : ` with subresource ${quoteGo(subresource)}`);
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
