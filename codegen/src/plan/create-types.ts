import { isJsonObject } from '../json.js';
import type { ApiModel, Field, TypeDeclaration } from '../model/api-model.js';
import { referencesOf } from '../model/references.js';

/**
 * Names of the types whose shape differs when a client sends them: resource objects, whose
 * apiVersion, kind and status the server knows, and everything through which they reach one another.
 */
export function findCreateTypes(model: ApiModel): ReadonlySet<string> {
  const byName = new Map(model.types.map((type) => [type.name, type]));
  const isOptional = makeIsOptionalOnCreate(model.types);
  const objects = new Set(model.resources.map((resource) => resource.object));
  const reachable = reach(objects, byName);
  const different = new Set<string>(objects);
  for (const name of reachable) {
    const type = byName.get(name);
    if (type !== undefined && hasLooserField(type, isOptional)) different.add(name);
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

/** Whether a client may leave a field out of what it sends. */
export type IsOptionalOnCreate = (field: Field) => boolean;

/**
 * A client may leave out what is not required, what the server itself writes as null, and what has a
 * zero value that means something: a number, a boolean, or an object whose required fields are all of
 * this kind. An empty string means nothing, so a required one stays required.
 */
export function makeIsOptionalOnCreate(types: readonly TypeDeclaration[]): IsOptionalOnCreate {
  const byName = new Map(types.map((type) => [type.name, type]));
  const isOptional = (field: Field, above: readonly string[]): boolean => {
    if (!field.required || field.nullable) return true;
    const { default: zero, type } = field;
    if (zero === undefined || zero === '') return false;
    if (!isJsonObject(zero) || Object.keys(zero).length > 0) return true;
    const target = type.type === 'reference' ? byName.get(type.name) : undefined;
    if (target?.body.type !== 'object' || above.includes(target.name)) return false;
    const fields = target.body.fields.filter(
      ({ name }) => target.role !== 'kind' || name !== 'status',
    );
    // An object that says nothing about its fields, such as a reference, may well need some of them.
    const speaks = target.role === 'kind' || fields.some((inner) => inner.required);
    return speaks && fields.every((inner) => isOptional(inner, [...above, target.name]));
  };
  return (field) => isOptional(field, []);
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

function hasLooserField(type: TypeDeclaration, isOptional: IsOptionalOnCreate): boolean {
  if (type.role === 'kind') return true;
  const { body } = type;
  return body.type === 'object' && body.fields.some((field) => field.required && isOptional(field));
}
