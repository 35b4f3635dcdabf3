import type { SourcePointer } from '../diagnostics.js';

/** One difference between two versions of an API. */
export interface Change {
  /** `breaking`: code or objects that fitted before may not fit now. `docs`: only words changed. */
  readonly impact: 'breaking' | 'additive' | 'docs';
  readonly code: ChangeCode;
  /** What changed: a definition with a field path behind it, or a resource. */
  readonly subject: string;
  /** What it was and what it is. */
  readonly message: string;
  /** Where it stands in the new document; for something removed, where it stood in the old one. */
  readonly source: SourcePointer;
}

/** The kinds of change, each with one meaning. */
export type ChangeCode =
  | 'type-removed'
  | 'type-added'
  | 'type-changed'
  | 'kind-changed'
  | 'field-removed'
  | 'field-added'
  | 'field-required'
  | 'field-optional'
  | 'null-allowed'
  | 'null-refused'
  | 'default-changed'
  | 'value-removed'
  | 'value-added'
  | 'merge-changed'
  | 'constraint-changed'
  | 'doc-changed'
  | 'deprecated'
  | 'resource-removed'
  | 'resource-added'
  | 'scope-changed'
  | 'verb-removed'
  | 'verb-added'
  | 'subresource-removed'
  | 'subresource-added';

/** The step in semantic versioning that a set of changes asks for. */
export function versionStep(changes: readonly Change[]): 'major' | 'minor' | 'patch' | 'none' {
  if (changes.some(({ impact }) => impact === 'breaking')) return 'major';
  if (changes.some(({ impact }) => impact === 'additive')) return 'minor';
  return changes.length > 0 ? 'patch' : 'none';
}
