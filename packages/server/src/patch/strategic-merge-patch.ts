import { isJsonObject } from '@imagestream/core';
import { setOwn } from '@imagestream/core/patch';
import type { JsonObject } from '../decode/decoded.js';
import { findField, type FieldRow, type TypeRef, type TypeTable } from '../decode/type-table.js';
import { goDynamicType } from './go-print.js';
import {
  asNewValue,
  DELETE_FROM_LIST,
  directiveField,
  PATCH_DIRECTIVE,
  RETAIN_KEYS,
  retainKeys,
  SET_ELEMENT_ORDER,
} from './strategic-directives.js';
import { expectList, expectMap, strategicErrors } from './strategic-error.js';
import { checkPatchOrder, orderMerged } from './strategic-order.js';

/**
 * Merges a strategic merge patch into an object of the given struct: objects merge, null deletes, lists merge by the key
 * of their type or are replaced, and the `$` directives say otherwise. Pure.
 *
 * Throws a StatusError with the API server's answer for a directive that cannot be followed.
 *
 * Source: patch-strategic.
 */
export function applyStrategicMergePatch(
  original: JsonObject,
  patch: JsonObject,
  of: { readonly table: TypeTable; readonly struct: string },
): JsonObject {
  return new StrategicMerge(of.table).mergeMap(original, patch, {
    type: 'struct',
    name: of.struct,
  });
}

class StrategicMerge {
  readonly #table: TypeTable;

  constructor(table: TypeTable) {
    this.#table = table;
  }

  mergeMap(original: JsonObject, patch: JsonObject, ref: TypeRef): JsonObject {
    if (Object.hasOwn(patch, PATCH_DIRECTIVE)) return replaceOrDelete(patch);
    const result = { ...retainKeys(original, patch) };
    const ordered = this.#mergeOrderedLists(result, patch, ref);
    for (const key of Object.keys(patch)) {
      if (key === RETAIN_KEYS || key.startsWith(SET_ELEMENT_ORDER) || ordered.has(key)) continue;
      this.#mergeMember(result, { key, value: patch[key], ref });
    }
    return result;
  }

  #mergeMember(
    result: JsonObject,
    member: { readonly key: string; readonly value: unknown; readonly ref: TypeRef },
  ): void {
    const deleting = directiveField(member.key, DELETE_FROM_LIST);
    const key = deleting ?? member.key;
    const { value, ref } = member;
    if (value === null) {
      delete result[key];
      return;
    }
    const current = Object.hasOwn(result, key) ? result[key] : undefined;
    if (current === undefined || goDynamicType(current) !== goDynamicType(value)) {
      if (deleting === undefined) setOrDrop(result, key, asNewValue(value));
    } else if (Array.isArray(current)) {
      const field = this.#field(ref, key);
      const list = { field, deleting: deleting !== undefined };
      setOwn(result, key, this.#mergeList(current, expectList(value), list));
    } else if (isJsonObject(current)) {
      setOwn(result, key, this.#mergeObject(current, expectMap(value), this.#field(ref, key)));
    } else {
      setOwn(result, key, value);
    }
  }

  #mergeObject(original: JsonObject, patch: JsonObject, field: FieldRow): JsonObject {
    return field.patch === 'replace' ? patch : this.mergeMap(original, patch, field.ref);
  }

  /** Lists with a `$setElementOrder`; gives the names of those that are done. */
  #mergeOrderedLists(result: JsonObject, patch: JsonObject, ref: TypeRef): Set<string> {
    const done = new Set<string>();
    for (const directive of Object.keys(patch)) {
      if (!directive.startsWith(SET_ELEMENT_ORDER)) continue;
      const order = expectList(patch[directive]);
      const name = directiveField(directive, SET_ELEMENT_ORDER) ?? '';
      const before = Object.hasOwn(result, name) ? expectList(result[name]) : undefined;
      const items = Object.hasOwn(patch, name) ? expectList(patch[name]) : undefined;
      const field = this.#field(ref, name);
      checkPatchOrder(items ?? [], order, mergeKey(field));
      if (before === undefined && items === undefined) continue;
      setOwn(result, name, this.#mergeOrdered({ before, items, order, field }));
      done.add(name);
    }
    return done;
  }

  #mergeOrdered(list: {
    readonly before: readonly unknown[] | undefined;
    readonly items: readonly unknown[] | undefined;
    readonly order: readonly unknown[];
    readonly field: FieldRow;
  }): unknown[] {
    const { before, items, order, field } = list;
    const merged =
      before !== undefined && items !== undefined
        ? this.#mergeList(before, items, { field, deleting: false })
        : (before ?? (asNewValue(items) as unknown[])); // Safe: a list stays a list.
    commonType([...(before ?? []), ...(items ?? [])]);
    return orderMerged(merged, { wanted: order, before: before ?? [], key: mergeKey(field) });
  }

  #mergeList(
    original: readonly unknown[],
    patch: readonly unknown[],
    list: { readonly field: FieldRow; readonly deleting: boolean },
  ): unknown[] {
    const { field, deleting } = list;
    if (field.patch !== 'merge' && !deleting) return [...patch];
    if (original.length === 0 && patch.length === 0) return [];
    const type = commonType([...original, ...patch]);
    if (type !== 'map[string]interface {}') return mergeScalars(original, patch, deleting);
    const key = field.key ?? '';
    const { kept, items } = applyElementDirectives(original, patch, key);
    const merged = this.#mergeElements(kept, items, field);
    return orderMerged(merged, { wanted: items, before: kept, key });
  }

  #mergeElements(
    original: readonly unknown[],
    patch: readonly unknown[],
    field: FieldRow,
  ): unknown[] {
    const key = field.key ?? '';
    const items: TypeRef = field.ref.type === 'list' ? field.ref.items : field.ref;
    const result = [...original];
    const places = new Map<string, number>();
    for (const [index, item] of [...original.entries()].reverse()) {
      const identity = identityIn(item, key);
      if (identity !== undefined) places.set(identity, index);
    }
    for (const element of patch) {
      const map = expectMap(element);
      const identity = identityIn(map, key);
      if (identity === undefined) throw strategicErrors.noMergeKey(map, key);
      const index = places.get(identity);
      if (index !== undefined) {
        result[index] = this.mergeMap(expectMap(result[index]), map, items);
      } else {
        places.set(identity, result.length);
        result.push(map);
      }
    }
    return result;
  }

  /** How a field merges. Throws a StatusError for a field the struct does not have. */
  #field(ref: TypeRef, key: string): FieldRow {
    if (ref.type === 'map') return { name: key, ref: ref.values, unset: 'omit' };
    const name = ref.type === 'struct' ? ref.name : '';
    const row = this.#table[name];
    const field = row === undefined ? undefined : findField(row, key);
    if (field === undefined) throw strategicErrors.noField(name, key);
    return field;
  }
}

/** `$patch` in a map: the patch as it is instead of what was there, or nothing. */
function replaceOrDelete(patch: JsonObject): JsonObject {
  const { [PATCH_DIRECTIVE]: directive, ...rest } = patch;
  if (directive === 'replace') return rest;
  if (directive === 'delete') return {};
  throw strategicErrors.unknownDirective(directive, patch);
}

function setOrDrop(result: JsonObject, key: string, value: unknown): void {
  if (value === undefined) delete result[key];
  else setOwn(result, key, value);
}

function mergeKey(field: FieldRow): string | undefined {
  return field.list === 'keyed' ? field.key : undefined;
}

/** What an element of a keyed list is known by, as text; undefined without the key. */
function identityIn(item: unknown, key: string): string | undefined {
  const map = expectMap(item);
  return Object.hasOwn(map, key) ? JSON.stringify(map[key]) : undefined;
}

/** Go's type of all elements. Throws a StatusError for none, for lists of lists and for mixed ones. */
function commonType(items: readonly unknown[]): string {
  const [first] = items;
  if (first === undefined) throw strategicErrors.noElements();
  const type = goDynamicType(first);
  if (type === '[]interface {}') throw strategicErrors.unprocessable();
  for (const item of items) {
    if (goDynamicType(item) !== type) throw strategicErrors.mixedTypes(first, item);
  }
  return type;
}

/** Sets of scalars: the patch's first, without repetition; or without those the patch names. */
function mergeScalars(
  original: readonly unknown[],
  patch: readonly unknown[],
  deleting: boolean,
): unknown[] {
  if (deleting) return original.filter((item) => !patch.includes(item));
  return orderMerged([...new Set([...original, ...patch])], {
    wanted: patch,
    before: original,
    key: undefined,
  });
}

/** `$patch` in elements of a keyed list: elements to delete, or the whole list to replace. */
function applyElementDirectives(
  original: readonly unknown[],
  patch: readonly unknown[],
  key: string,
): { kept: readonly unknown[]; items: readonly unknown[] } {
  const deleted = new Set<string>();
  let replacing = false;
  const items: unknown[] = [];
  for (const element of patch) {
    const map = expectMap(element);
    const directive = map[PATCH_DIRECTIVE];
    if (!Object.hasOwn(map, PATCH_DIRECTIVE)) items.push(map);
    else if (directive === 'replace') replacing = true;
    else if (directive === 'delete') {
      const identity = identityIn(map, key);
      if (identity === undefined) throw strategicErrors.noMergeKey(map, key);
      deleted.add(identity);
    } else throw strategicErrors.unknownDirective(directive, map);
  }
  if (replacing) return { kept: items, items: [] };
  const kept = original.filter((item) => !deleted.has(identityIn(item, key) ?? ''));
  return { kept, items };
}
