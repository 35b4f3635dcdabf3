import {
  badRequestError,
  invalidError,
  parseFieldSelector,
  parseLabelSelector,
  SelectorError,
  validateListOptions,
  type FieldSelector,
  type LabelSelector,
  type ListOptions,
} from '@imagestream/core';
import type { ListQuery, ResourceInfo } from '../registry/rest.js';
import { checkSelectableFields, selectedName } from '../registry/selection.js';
import { readFlag, readInteger, readOptionalFlag, readText } from './query-values.js';

/** The query of a list or watch, parsed and checked. */
export interface ListRequest extends ListQuery {
  readonly watch: boolean;
  readonly allowWatchBookmarks: boolean;
  readonly sendInitialEvents?: boolean;
  readonly timeoutSeconds?: number;
}

/** What {@link parseListRequest} needs besides the query. */
export interface ListTarget {
  readonly info: ResourceInfo;
  /** The name of a `/watch/…/{name}` path, else empty. */
  readonly name: string;
  /** A `/watch/` path watches whatever the query says. */
  readonly watchPath: boolean;
}

/**
 * Reads the query of a list or watch. Throws 400 for values and selectors that cannot be read and 422 for options that
 * do not go together. Source: api-list-options.
 */
export function parseListRequest(query: URLSearchParams, target: ListTarget): ListRequest {
  const limit = Math.max(readInteger(query, 'limit') ?? 0, 0);
  const timeoutSeconds = readInteger(query, 'timeoutSeconds');
  const labels = readLabels(readText(query, 'labelSelector'));
  const fields = readFields(readText(query, 'fieldSelector'));
  // A watch path is checked as a list, whatever it does.
  const watchAsked = readFlag(query, 'watch');
  const { sendInitialEvents, match } = readStart(query, watchAsked);
  const options: ListOptions = {
    watch: watchAsked,
    resourceVersion: readText(query, 'resourceVersion'),
    continue: readText(query, 'continue'),
    ...(sendInitialEvents === undefined ? {} : { sendInitialEvents }),
    // Not yet known to be one of the two: checking that is the next step.
    ...(match === '' ? {} : { resourceVersionMatch: match as 'Exact' }),
  };
  const errors = validateListOptions(options);
  if (errors.length > 0) {
    throw invalidError({ group: 'meta.k8s.io', kind: 'ListOptions' }, errors);
  }
  checkSelectableFields(target.info, fields);
  return {
    labels,
    fields: withName(fields, target.name),
    limit,
    watch: target.watchPath || watchAsked,
    continue: options.continue ?? '',
    resourceVersion: options.resourceVersion ?? '',
    allowWatchBookmarks: readFlag(query, 'allowWatchBookmarks'),
    ...(match === 'Exact' || match === 'NotOlderThan' ? { resourceVersionMatch: match } : {}),
    ...(sendInitialEvents === undefined ? {} : { sendInitialEvents }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  };
}

/**
 * Where a watch begins. One that names no version to go on from counts as having asked for the state there is, so the
 * rules for that apply to it as well: it cannot have a continue token, for one.
 */
function readStart(
  query: URLSearchParams,
  watch: boolean,
): { readonly sendInitialEvents: boolean | undefined; readonly match: string } {
  const sendInitialEvents = readOptionalFlag(query, 'sendInitialEvents');
  const match = readText(query, 'resourceVersionMatch');
  const anyVersion = ['', '0'].includes(readText(query, 'resourceVersion'));
  return watch && anyVersion && sendInitialEvents === undefined && match === ''
    ? { sendInitialEvents: true, match: 'NotOlderThan' }
    : { sendInitialEvents, match };
}

function readLabels(text: string): LabelSelector {
  return orBadRequest(() => parseLabelSelector(text));
}

function readFields(text: string): FieldSelector {
  return orBadRequest(() => parseFieldSelector(text));
}

function orBadRequest<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SelectorError) throw badRequestError(error.message);
    throw error;
  }
}

/** A name in the path counts as a field selector; one that is there must ask for that name too. */
function withName(fields: FieldSelector, name: string): FieldSelector {
  if (name === '') return fields;
  if (fields.length === 0) return [{ field: 'metadata.name', operator: '=', value: name }];
  if (selectedName(fields) === name) return fields;
  throw badRequestError("fieldSelector metadata.name doesn't match requested name");
}

/** The name a field selector asks for, empty without one: authorization treats it like one in the path. */
export function selectedNameOf(query: URLSearchParams): string {
  const text = query.get('fieldSelector') ?? '';
  if (text === '') return '';
  try {
    return selectedName(parseFieldSelector(text)) ?? '';
  } catch (error) {
    // A selector that cannot be read is refused later, for those who may ask at all.
    if (error instanceof SelectorError) return '';
    throw error;
  }
}
