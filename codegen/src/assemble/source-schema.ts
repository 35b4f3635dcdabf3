import { isJsonObject, objectFrom, ownValue, stringOf } from '../json.js';
import type { JsonObject, JsonValue } from '../json.js';

/** The schemas directly inside a schema, each with the keys that lead to it. */
export function innerSchemas(
  schema: JsonObject,
): readonly { readonly steps: readonly string[]; readonly schema: JsonValue }[] {
  const properties = ownValue(schema, 'properties');
  const inProperties = isJsonObject(properties)
    ? Object.keys(properties).map((name) => ({
        steps: ['properties', name],
        schema: ownValue(properties, name) ?? null,
      }))
    : [];
  const inOthers = ['items', 'additionalProperties'].flatMap((key) => {
    const inner = ownValue(schema, key);
    return inner === undefined ? [] : [{ steps: [key], schema: inner }];
  });
  return [...inProperties, ...inOthers];
}

/** The same schema with each schema directly inside it replaced; other keys are kept. */
export function mapInnerSchemas(
  schema: JsonObject,
  change: (inner: JsonObject) => JsonObject,
): JsonObject {
  const changed = (value: JsonValue): JsonValue => (isJsonObject(value) ? change(value) : value);
  return objectFrom(
    Object.entries(schema).map(([key, value]) => {
      if (value === undefined) return [key, value] as const;
      if (key === 'items' || key === 'additionalProperties') return [key, changed(value)] as const;
      if (key !== 'properties' || !isJsonObject(value)) return [key, value] as const;
      const properties = Object.keys(value).map(
        (name) => [name, changed(ownValue(value, name) ?? null)] as const,
      );
      return [key, objectFrom(properties)] as const;
    }),
  );
}

/** The same schema without the entries whose key a test picks out, at any depth. */
export function withoutKeys(schema: JsonObject, drop: (key: string) => boolean): JsonObject {
  const kept = Object.entries(schema).filter(([key]) => !drop(key));
  return mapInnerSchemas(objectFrom(kept), (inner) => withoutKeys(inner, drop));
}

/** Full names of every definition a schema refers to, in the order met. */
export function referencesOf(schema: JsonObject): readonly string[] {
  const own = stringOf(schema, '$ref');
  const inner = innerSchemas(schema).flatMap((one) =>
    isJsonObject(one.schema) ? referencesOf(one.schema) : [],
  );
  return own === undefined ? inner : [own, ...inner];
}

/** True for a key that the sources use and no document has. */
export function isSourceOnlyKey(key: string): boolean {
  return key.startsWith('x-') && !key.startsWith('x-kubernetes-');
}

/**
 * The same definition without properties marked `x-served: false`: they are known from newer servers
 * and described for readers, but belong to no document and to no generated type.
 */
export function servedSchema(source: JsonObject): JsonObject {
  const schema = mapInnerSchemas(source, servedSchema);
  const properties = ownValue(schema, 'properties');
  if (!isJsonObject(properties)) return schema;
  const served = Object.keys(properties).flatMap((name) => {
    const property = ownValue(properties, name) ?? null;
    const hidden = isJsonObject(property) && ownValue(property, 'x-served') === false;
    return hidden ? [] : [[name, property] as const];
  });
  return { ...schema, properties: objectFrom(served) };
}
