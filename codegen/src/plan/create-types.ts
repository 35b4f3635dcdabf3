import { isJsonObject } from '../json.js';
import type { ApiModel, ApiType, Field, TypeDeclaration } from '../model/api-model.js';

/**
 * Names of the types whose shape differs when a client sends them: resource objects, whose
 * apiVersion, kind and status the server knows, and everything through which they reach one another.
 */
export function findCreateTypes(model: ApiModel): ReadonlySet<string> {
  const byName = new Map(model.types.map((type) => [type.name, type]));
  const objects = new Set(model.resources.map((resource) => resource.object));
  const reachable = reach(objects, byName);
  const different = new Set<string>(objects);
  for (const name of reachable) {
    const type = byName.get(name);
    if (type !== undefined && hasLooserField(type)) different.add(name);
  }
  for (let size = -1; size !== different.size;) {
    size = different.size;
    for (const name of reachable) {
      const type = byName.get(name);
      if (type === undefined) continue;
      if (createReferencesOf(type).some((other) => different.has(other))) different.add(name);
    }
  }
  return different;
}

/**
 * True when a client may leave a required field out: the server fills in a zero value that means
 * something (not an empty string), or writes null itself.
 */
export function isOptionalOnCreate(field: Field): boolean {
  if (!field.required || field.nullable) return true;
  const { default: zero } = field;
  if (zero === undefined || zero === '') return false;
  return !isJsonObject(zero) || Object.keys(zero).length > 0;
}

/** Names of the types a type mentions, in the order met. */
export function referencesOf(type: ApiType): readonly string[] {
  switch (type.type) {
    case 'reference':
      return [type.name];
    case 'object':
      return [
        ...type.fields.flatMap((field) => referencesOf(field.type)),
        ...(typeof type.extra === 'string' ? [] : referencesOf(type.extra)),
      ];
    case 'list':
      return referencesOf(type.item);
    case 'map':
      return referencesOf(type.value);
    case 'union':
    case 'intersection':
      return type.members.flatMap(referencesOf);
    case 'enum':
    case 'scalar':
    case 'well-known':
    case 'unknown':
      return [];
  }
}

/** Names of the types that creating one mentions: as `referencesOf`, without the status of a kind. */
export function createReferencesOf(type: TypeDeclaration): readonly string[] {
  const { body, role } = type;
  if (body.type !== 'object' || role !== 'kind') return referencesOf(body);
  return referencesOf({ ...body, fields: body.fields.filter(({ name }) => name !== 'status') });
}

function reach(
  roots: ReadonlySet<string>,
  byName: ReadonlyMap<string, TypeDeclaration>,
): ReadonlySet<string> {
  const found = new Set(roots);
  for (const name of found) {
    const type = byName.get(name);
    if (type !== undefined) for (const reference of createReferencesOf(type)) found.add(reference);
  }
  return found;
}

function hasLooserField(type: TypeDeclaration): boolean {
  if (type.role === 'kind') return true;
  const { body } = type;
  return (
    body.type === 'object' &&
    body.fields.some((field) => field.required && isOptionalOnCreate(field))
  );
}
