import { forbidden, invalid, notSupported, type FieldError } from './field-error.js';
import { FieldPath } from './field-path.js';

/** How a list's resourceVersion is meant: a snapshot at exactly that version, or at least as new. */
export type ResourceVersionMatch = 'Exact' | 'NotOlderThan';

/** The query of a list, a watch or a deletecollection, by its wire names. */
export interface ListOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: ResourceVersionMatch;
  /** How many objects at most; the rest is behind the continue token. */
  readonly limit?: number;
  readonly continue?: string;
  readonly watch?: boolean;
  readonly allowWatchBookmarks?: boolean;
  readonly sendInitialEvents?: boolean;
  readonly timeoutSeconds?: number;
}

const NAMES = [
  'labelSelector',
  'fieldSelector',
  'resourceVersion',
  'resourceVersionMatch',
  'limit',
  'continue',
  'watch',
  'allowWatchBookmarks',
  'sendInitialEvents',
  'timeoutSeconds',
] as const satisfies readonly (keyof ListOptions)[];

/** The options as query parameters, in a fixed order; absent ones are left out. */
export function formatListOptions(options: ListOptions): [name: string, value: string][] {
  const query: [string, string][] = [];
  for (const name of NAMES) {
    const value = options[name];
    if (value !== undefined) query.push([name, String(value)]);
  }
  return query;
}

/**
 * The combinations the API server refuses with 422, in its own words; empty when they are fine.
 *
 * Source: api-list-options.
 */
export function validateListOptions(options: ListOptions): FieldError[] {
  return options.watch === true ? validateForWatch(options) : validateForList(options);
}

function validateForList(options: ListOptions): FieldError[] {
  const errors: FieldError[] = [];
  const match = FieldPath.of('resourceVersionMatch');
  if (options.resourceVersionMatch !== undefined) {
    const version = options.resourceVersion ?? '';
    if (version === '') {
      errors.push(
        forbidden(match, 'resourceVersionMatch is forbidden unless resourceVersion is provided'),
      );
    }
    if ((options.continue ?? '') !== '') {
      errors.push(forbidden(match, 'resourceVersionMatch is forbidden when continue is provided'));
    }
    errors.push(...checkMatchValue(options.resourceVersionMatch));
    if (options.resourceVersionMatch === 'Exact' && version === '0') {
      errors.push(
        forbidden(match, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'),
      );
    }
  }
  if (options.sendInitialEvents !== undefined) {
    errors.push(
      forbidden(FieldPath.of('sendInitialEvents'), 'sendInitialEvents is forbidden for list'),
    );
  }
  return errors;
}

function validateForWatch(options: ListOptions): FieldError[] {
  const errors: FieldError[] = [];
  const match = FieldPath.of('resourceVersionMatch');
  if (options.sendInitialEvents !== undefined && options.resourceVersionMatch !== 'NotOlderThan') {
    errors.push(
      forbidden(match, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
    );
  }
  if (options.resourceVersionMatch !== undefined) {
    if (options.sendInitialEvents === undefined) {
      errors.push(
        forbidden(
          match,
          'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
        ),
      );
    }
    if (options.resourceVersionMatch !== 'NotOlderThan') {
      errors.push(notSupported(match, options.resourceVersionMatch, ['NotOlderThan']));
    }
    if ((options.continue ?? '') !== '') {
      errors.push(forbidden(match, 'resourceVersionMatch is forbidden when continue is provided'));
    }
  }
  return errors;
}

function checkMatchValue(value: string): FieldError[] {
  const known = ['Exact', 'NotOlderThan', ''];
  return known.includes(value)
    ? []
    : [notSupported(FieldPath.of('resourceVersionMatch'), value, known)];
}

/** Whether a page size is usable by a client: a whole number of at least 1. */
export function validatePageSize(pageSize: number): FieldError[] {
  return Number.isSafeInteger(pageSize) && pageSize > 0
    ? []
    : [invalid(FieldPath.of('pageSize'), pageSize, 'must be a whole number of at least 1')];
}
