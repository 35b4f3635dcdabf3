import { badRequestError, formatApiVersion, isJsonObject } from '@imagestream/core';
import { toWarnings } from '../decode/decode-body.js';
import type { Decoded, GroupVersionKind, JsonObject } from '../decode/decoded.js';
import { decodeObject } from '../decode/decode-object.js';
import { fromPlainValue, toPlainValue } from '../decode/json-node.js';
import { readYaml, type YamlText } from '../decode/read-yaml.js';
import { splitApiVersion } from '../decode/type-meta.js';
import { zeroObject } from '../decode/wire-form.js';
import { TYPE_TABLE } from '../gen/topology.js';
import { plainError } from '../registry/plain-error.js';
import { formatTime } from '../registry/request-context.js';
import { applyConflictError, type Conflict } from './apply-conflict.js';
import { allowedByLastApplied, syncLastApplied } from './last-applied.js';
import {
  decodeManagers,
  managedFieldsOf,
  managerId,
  withManagers,
  withoutEmpty,
  type ManagerEntry,
  type Managers,
} from './managed-fields.js';
import { findConflicts, ownable, takeFromOthers } from './ownership.js';
import { PathSet } from './path-set.js';
import type { ApplyRequest } from './patch-request.js';
import { describeObject } from './describe-object.js';
import { pruneAbandoned } from './prune-abandoned.js';
import { structShape, type MapShape } from './shape.js';
import { checkTyped, formatTypeErrors } from './typed-check.js';
import { mergeTyped } from './typed-merge.js';
import { compareTyped, fieldSetOf, isUnchanged, type Comparison } from './typed-value.js';
import { keepUnchangedTimes, recordUpdate, UntypedError } from './update-managed-fields.js';

/** Who owns the fields of an object that was not tracked before its first apply. */
const BEFORE_FIRST_APPLY = 'before-first-apply';

/**
 * Server-side apply: joins what is applied with what is there, takes away what the manager applied before and applies no
 * more, and records the manager as owner of what it applies. Without a live object it makes one.
 *
 * Returns the live object with its managedFields brought up to date when nothing else changes. Throws a StatusError:
 * 400 for a body that cannot be read or is of another kind, 409 for conflicts without `force`, 500 for a value that
 * does not fit its type, as the real server answers.
 *
 * Source: apply-merge, apply-types, own-untracked.
 */
export function applyServerSide(request: ApplyRequest): Decoded {
  const text = readApplied(request.bytes);
  const applied = toApplied(text);
  checkKind(applied, request.gvk);
  const object = new ApplyRun(request, applied).run();
  return {
    object: keepUnchangedTimes(request.live, syncLastApplied(object, applied, request.manager)),
    warnings: findRepeated(text, request),
  };
}

function readApplied(bytes: Uint8Array): YamlText {
  try {
    return readYaml(bytes);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw badRequestError(`error decoding YAML: error converting YAML to JSON: ${error.message}`);
  }
}

function toApplied({ root }: YamlText): JsonObject {
  if (root.type === 'null') return {};
  const value = toPlainValue(root);
  if (isJsonObject(value)) return value;
  throw badRequestError(
    `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${root.type} into Go value of type map[string]interface {}`,
  );
}

/** Repeated keys are the only thing fieldValidation adds to an apply: its type check refuses everything else. */
function findRepeated({ repeatedKeys }: YamlText, request: ApplyRequest): string[] {
  if (repeatedKeys === undefined || request.fieldValidation === 'Ignore') return [];
  const error = `error converting YAML to JSON: ${repeatedKeys}`;
  if (request.fieldValidation === 'Strict') {
    throw badRequestError(`error strict decoding YAML: ${error}`);
  }
  return toWarnings(error);
}

function checkKind(applied: JsonObject, gvk: GroupVersionKind): void {
  const { apiVersion, kind } = applied;
  const { group, version } = splitApiVersion(typeof apiVersion === 'string' ? apiVersion : '');
  const name = typeof kind === 'string' ? kind : '';
  if (group === gvk.group && version === gvk.version && name === gvk.kind) return;
  throw badRequestError(`invalid object type: ${group}/${version}, Kind=${name}`);
}

class ApplyRun {
  readonly #request: ApplyRequest;
  readonly #applied: JsonObject;
  readonly #live: JsonObject;
  readonly #shape: MapShape;
  readonly #self: ManagerEntry;

  constructor(request: ApplyRequest, applied: JsonObject) {
    const { gvk, live, manager, subresource = '' } = request;
    this.#request = request;
    this.#applied = applied;
    this.#live = withManagers(
      live ?? zeroObject({ table: TYPE_TABLE, struct: gvk.kind }),
      new Map(),
    );
    this.#shape = structShape(TYPE_TABLE, gvk.kind);
    this.#self = {
      manager,
      operation: 'Apply',
      apiVersion: formatApiVersion(gvk),
      subresource,
      paths: PathSet.empty,
    };
  }

  run(): JsonObject {
    const managers = this.#startingManagers();
    this.#checkTypes();
    const self = managerId(this.#self);
    const last = managers.get(self);
    const paths = fieldSetOf(this.#applied, this.#shape);
    const claimed = new Map([...managers, [self, this.#entry(paths, last?.time)]]);
    const merged = pruneAbandoned({
      merged: mergeTyped(this.#live, this.#applied, this.#shape),
      last: last?.paths ?? PathSet.empty,
      managed: [...claimed.values()].map((entry) => entry.paths),
      shape: this.#shape,
    });
    const change = compareTyped(this.#live, merged, this.#shape);
    this.#checkConflicts(claimed, change, self);
    return this.#finish({ managers: takeFromOthers(claimed, change, self), merged, change, paths });
  }

  #finish(outcome: {
    readonly managers: Managers;
    readonly merged: unknown;
    readonly change: Comparison;
    readonly paths: PathSet;
  }): JsonObject {
    const { managers, merged, change, paths } = outcome;
    const unchanged = isUnchanged(change);
    const self = managerId(this.#self);
    const time = unchanged ? managers.get(self)?.time : formatTime(this.#request.now);
    const owned = withoutEmpty(new Map([...managers, [self, this.#entry(ownable(paths), time)]]));
    return withManagers(unchanged ? this.#live : this.#decode(merged), owned);
  }

  #entry(paths: PathSet, time: string | undefined): ManagerEntry {
    return time === undefined ? { ...this.#self, paths } : { ...this.#self, paths, time };
  }

  /** An object nobody tracked is first recorded as made by someone before. */
  #startingManagers(): Managers {
    const { live, gvk, now, subresource = '' } = this.#request;
    const managers =
      live === undefined ? new Map<string, ManagerEntry>() : decodeManagers(managedFieldsOf(live));
    if (managers === undefined) throw plainError('failed to decode managed fields');
    if (managers.size > 0 || live === undefined) return managers;
    const by: ManagerEntry = {
      manager: BEFORE_FIRST_APPLY,
      operation: 'Update',
      apiVersion: formatApiVersion(gvk),
      subresource,
      time: formatTime(now),
      paths: PathSet.empty,
    };
    const before = zeroObject({ table: TYPE_TABLE, struct: gvk.kind });
    try {
      return recordUpdate({ managers, before, after: this.#live, by });
    } catch (error) {
      if (!(error instanceof UntypedError)) throw error;
      throw plainError(`failed to create manager for existing fields: ${error.message}`);
    }
  }

  #checkTypes(): void {
    const { metadata } = this.#applied;
    if (isJsonObject(metadata) && Array.isArray(metadata['managedFields'])) {
      throw badRequestError('metadata.managedFields must be nil');
    }
    this.#checkType(this.#applied, { what: 'patch', refuseRepeated: true });
    this.#checkType(this.#live, { what: 'live', refuseRepeated: false });
  }

  #checkType(
    object: JsonObject,
    { what, refuseRepeated }: { readonly what: string; readonly refuseRepeated: boolean },
  ): void {
    const errors = checkTyped(object, this.#shape, { refuseRepeated });
    if (errors.length === 0) return;
    throw plainError(
      `failed to create typed ${what} object (${describeObject(object)}): ${formatTypeErrors(errors)}`,
    );
  }

  #checkConflicts(managers: Managers, change: Comparison, self: string): void {
    const conflicts = findConflicts(managers, change, self);
    if (conflicts.length === 0 || this.#request.force) return;
    const left = this.#withoutAllowed(conflicts);
    if (left.length > 0) throw applyConflictError(left);
  }

  /** kubectl may take over what its own client-side apply wrote. */
  #withoutAllowed(conflicts: readonly Conflict[]): Conflict[] {
    const { manager } = this.#request;
    const allowed = allowedByLastApplied(this.#live, { manager, shape: this.#shape });
    return conflicts
      .map((conflict) => ({ ...conflict, paths: conflict.paths.difference(allowed) }))
      .filter(({ paths }) => !paths.isEmpty);
  }

  #decode(merged: unknown): JsonObject {
    try {
      const { gvk } = this.#request;
      return decodeObject(fromPlainValue(merged), { gvk, expected: gvk }).object;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw plainError(error.message);
    }
  }
}
