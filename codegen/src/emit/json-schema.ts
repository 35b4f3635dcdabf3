import { objectFrom } from '../json.js';
import type { JsonObject, JsonValue } from '../json.js';
import { assertNever } from '../model/api-model.js';
import type { ApiType, Field, ObjectType, ScalarType, WellKnownType } from '../model/api-model.js';

/** How a type becomes a JSON Schema. */
export interface SchemaStyle {
  /** The `$ref` that stands for another definition. */
  readonly reference: (definition: string) => string;
  /** The type to write in place of a reference to it; undefined to keep the reference. */
  readonly inline: (definition: string) => ApiType | undefined;
  /** Format keywords, by the shape or scalar they stand for; shapes without one have no format. */
  readonly formats: Partial<Readonly<Record<FormatName, string>>>;
  /** Descriptions, closed objects and known values, for people who edit; else types only. */
  readonly forEditors: boolean;
}

/** Shapes and scalars whose text or range a format can check. */
export type FormatName =
  'time' | 'micro-time' | 'duration' | 'quantity' | 'int32' | 'int64' | 'bytes';

/**
 * The JSON Schema of what an API server's decoder takes for a type: null everywhere, since the decoder
 * reads null as the zero value; nothing required, since it checks what is there; no values refused
 * that merely are not known, since code and not the decoder looks at them.
 */
export function toJsonSchema(type: ApiType, style: SchemaStyle): JsonObject {
  switch (type.type) {
    case 'object':
      return objectSchema(type, style);
    case 'list':
      return { type: ['array', 'null'], items: toJsonSchema(type.item, style) };
    case 'map':
      return { type: ['object', 'null'], additionalProperties: toJsonSchema(type.value, style) };
    case 'union':
      return {
        anyOf: [...type.members.map((member) => toJsonSchema(member, style)), { type: 'null' }],
      };
    case 'intersection':
      return { allOf: type.members.map((member) => toJsonSchema(member, style)) };
    case 'enum':
      return enumSchema(type.values, type.open, style);
    case 'reference': {
      const inlined = style.inline(type.name);
      return inlined === undefined
        ? { $ref: style.reference(type.name) }
        : toJsonSchema(inlined, style);
    }
    case 'scalar':
      return scalarSchema(type.scalar, style);
    case 'well-known':
      return wellKnownSchema(type.shape, style);
    case 'unknown':
      return {};
    default:
      return assertNever(type);
  }
}

function objectSchema(type: ObjectType, style: SchemaStyle): JsonObject {
  const properties = objectFrom(
    type.fields.map((field) => [field.name, fieldSchema(field, style)] as const),
  );
  const open = type.extra !== 'none';
  const extra =
    typeof type.extra === 'string' ? {} : { additionalProperties: toJsonSchema(type.extra, style) };
  return {
    type: ['object', 'null'],
    properties,
    ...(style.forEditors && !open ? { additionalProperties: false } : extra),
  };
}

function fieldSchema(field: Field, style: SchemaStyle): JsonObject {
  const schema = toJsonSchema(field.type, style);
  if (!style.forEditors) return schema;
  const described = field.doc === '' ? {} : { description: field.doc };
  // Draft 7 ignores what stands beside a reference, so a described one is wrapped.
  if (schema['$ref'] !== undefined && field.doc !== '') return { ...described, allOf: [schema] };
  return { ...described, ...schema };
}

function enumSchema(values: readonly JsonValue[], open: boolean, style: SchemaStyle): JsonObject {
  const strings = values.every((value) => typeof value === 'string');
  const type = strings ? { type: ['string', 'null'] } : {};
  if (!style.forEditors) return type;
  if (!open) return { enum: values.includes(null) ? values : [...values, null] };
  return { anyOf: [{ enum: values }, { type: ['string', 'null'] }] };
}

function scalarSchema(scalar: ScalarType['scalar'], style: SchemaStyle): JsonObject {
  const withFormat = (type: string, name: FormatName): JsonObject => {
    const format = style.formats[name];
    return format === undefined ? { type: [type, 'null'] } : { type: [type, 'null'], format };
  };
  switch (scalar) {
    case 'string':
      return { type: ['string', 'null'] };
    case 'bytes':
      return withFormat('string', 'bytes');
    case 'boolean':
      return { type: ['boolean', 'null'] };
    case 'int32':
    case 'int64':
      return withFormat('integer', scalar);
    case 'integer':
      return withFormat('integer', 'int64');
    case 'float':
    case 'double':
      return { type: ['number', 'null'] };
    default:
      return assertNever(scalar);
  }
}

function wellKnownSchema(shape: WellKnownType['shape'], style: SchemaStyle): JsonObject {
  switch (shape) {
    case 'time':
    case 'micro-time':
    case 'duration': {
      const format = style.formats[shape];
      return { type: ['string', 'null'], ...(format === undefined ? {} : { format }) };
    }
    case 'quantity': {
      const format = style.formats.quantity;
      return { type: ['string', 'number', 'null'], ...(format === undefined ? {} : { format }) };
    }
    case 'int-or-string':
      return { type: ['integer', 'string', 'null'] };
    case 'raw-object':
    case 'field-set':
      return { type: ['object', 'null'] };
    case 'embedded-object':
      return {
        type: ['object', 'null'],
        properties: { apiVersion: { type: 'string' }, kind: { type: 'string' } },
      };
    case 'patch':
      return { type: ['object', 'array', 'null'] };
    case 'json':
      return {};
    default:
      return assertNever(shape);
  }
}
