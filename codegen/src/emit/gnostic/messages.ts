/**
 * The field numbers of the OpenAPI v2 document message that Kubernetes clients read (gnostic's
 * `openapi.v2`), by the JSON key each field stands for. Only what Kubernetes-style documents use is
 * here; a key without a row is refused, so nothing is lost in silence.
 */
export type FieldShape =
  | 'text'
  | 'texts'
  | 'flag'
  | 'whole'
  | 'double'
  /** Any JSON value, written as text. */
  | 'any'
  | 'anys'
  /** One message, a list of them, or a map written as a message with one {name, value} per entry. */
  | { readonly message: MessageName }
  | { readonly messages: MessageName }
  | { readonly map: MessageName; readonly at: number };

/** A field: its number and what it holds. */
export type FieldRow = readonly [number: number, shape: FieldShape];

/** A message: fields by JSON key, and the number under which `x-` keys are kept. */
export interface MessageTable {
  readonly fields: Readonly<Record<string, FieldRow>>;
  readonly extensions?: number;
}

/** Messages with fields of their own. The rest are choices, which encode.ts makes. */
export type MessageName =
  | 'Document'
  | 'Info'
  | 'PathItem'
  | 'Operation'
  | 'Parameter'
  | 'BodyParameter'
  | 'QueryParameter'
  | 'PathParameter'
  | 'HeaderParameter'
  | 'PrimitivesItems'
  | 'Response'
  | 'ResponseValue'
  | 'Schema'
  | 'SchemaItem'
  | 'AdditionalProperties'
  | 'Items'
  | 'Type'
  | 'SecurityDefinition'
  | 'ApiKeySecurity'
  | 'JsonReference'
  | 'SecurityRequirement'
  | 'StringArray';

const info: MessageTable = {
  fields: { title: [1, 'text'], version: [2, 'text'], description: [3, 'text'] },
  extensions: 7,
};

const operation: FieldShape = { message: 'Operation' };

const pathItem: MessageTable = {
  fields: {
    get: [2, operation],
    put: [3, operation],
    post: [4, operation],
    delete: [5, operation],
    options: [6, operation],
    head: [7, operation],
    patch: [8, operation],
    parameters: [9, { messages: 'Parameter' }],
  },
  extensions: 10,
};

/** Query, path and header parameters have the same fields; what is behind `name` is numbered differently. */
function parameter(first: number, extensions: number): MessageTable {
  const limits = ['maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum'];
  const shapes: readonly FieldShape[] = ['double', 'flag', 'double', 'flag'];
  const counts = ['maxLength', 'minLength'];
  return {
    fields: {
      required: [1, 'flag'],
      in: [2, 'text'],
      description: [3, 'text'],
      name: [4, 'text'],
      type: [first, 'text'],
      format: [first + 1, 'text'],
      items: [first + 2, { message: 'PrimitivesItems' }],
      collectionFormat: [first + 3, 'text'],
      default: [first + 4, 'any'],
      ...Object.fromEntries(
        limits.map((key, index): [string, FieldRow] => [
          key,
          [first + 5 + index, shapes[index] ?? 'double'],
        ]),
      ),
      ...Object.fromEntries(
        counts.map((key, index): [string, FieldRow] => [key, [first + 9 + index, 'whole']]),
      ),
      pattern: [first + 11, 'text'],
      maxItems: [first + 12, 'whole'],
      minItems: [first + 13, 'whole'],
      uniqueItems: [first + 14, 'flag'],
      enum: [first + 15, 'anys'],
      multipleOf: [first + 16, 'double'],
    },
    extensions,
  };
}

const schema: MessageTable = {
  fields: {
    $ref: [1, 'text'],
    format: [2, 'text'],
    title: [3, 'text'],
    description: [4, 'text'],
    default: [5, 'any'],
    multipleOf: [6, 'double'],
    maximum: [7, 'double'],
    exclusiveMaximum: [8, 'flag'],
    minimum: [9, 'double'],
    exclusiveMinimum: [10, 'flag'],
    maxLength: [11, 'whole'],
    minLength: [12, 'whole'],
    pattern: [13, 'text'],
    maxItems: [14, 'whole'],
    minItems: [15, 'whole'],
    uniqueItems: [16, 'flag'],
    maxProperties: [17, 'whole'],
    minProperties: [18, 'whole'],
    required: [19, 'texts'],
    enum: [20, 'anys'],
    additionalProperties: [21, { message: 'AdditionalProperties' }],
    type: [22, { message: 'Type' }],
    items: [23, { message: 'Items' }],
    allOf: [24, { messages: 'Schema' }],
    properties: [25, { map: 'Schema', at: 1 }],
    readOnly: [27, 'flag'],
    example: [30, 'any'],
  },
  extensions: 31,
};

/** The table of a message; undefined for the messages that are choices. */
export const messageTables: Partial<Readonly<Record<MessageName, MessageTable>>> = {
  Document: {
    fields: {
      swagger: [1, 'text'],
      info: [2, { message: 'Info' }],
      host: [3, 'text'],
      basePath: [4, 'text'],
      schemes: [5, 'texts'],
      consumes: [6, 'texts'],
      produces: [7, 'texts'],
      paths: [8, { map: 'PathItem', at: 2 }],
      definitions: [9, { map: 'Schema', at: 1 }],
      parameters: [10, { map: 'Parameter', at: 1 }],
      security: [12, { messages: 'SecurityRequirement' }],
      securityDefinitions: [13, { map: 'SecurityDefinition', at: 1 }],
    },
    extensions: 16,
  },
  Info: info,
  PathItem: pathItem,
  Operation: {
    fields: {
      tags: [1, 'texts'],
      summary: [2, 'text'],
      description: [3, 'text'],
      operationId: [5, 'text'],
      produces: [6, 'texts'],
      consumes: [7, 'texts'],
      parameters: [8, { messages: 'Parameter' }],
      responses: [9, { map: 'ResponseValue', at: 1 }],
      schemes: [10, 'texts'],
      deprecated: [11, 'flag'],
      security: [12, { messages: 'SecurityRequirement' }],
    },
    extensions: 13,
  },
  BodyParameter: {
    fields: {
      description: [1, 'text'],
      name: [2, 'text'],
      in: [3, 'text'],
      required: [4, 'flag'],
      schema: [5, { message: 'Schema' }],
    },
    extensions: 6,
  },
  QueryParameter: {
    ...parameter(6, 23),
    fields: { ...parameter(6, 23).fields, allowEmptyValue: [5, 'flag'] },
  },
  PathParameter: parameter(5, 22),
  HeaderParameter: parameter(5, 22),
  PrimitivesItems: {
    fields: {
      type: [1, 'text'],
      format: [2, 'text'],
      items: [3, { message: 'PrimitivesItems' }],
      collectionFormat: [4, 'text'],
      default: [5, 'any'],
    },
    extensions: 18,
  },
  Response: {
    fields: { description: [1, 'text'], schema: [2, { message: 'SchemaItem' }] },
    extensions: 5,
  },
  Schema: schema,
  ApiKeySecurity: {
    fields: { type: [1, 'text'], name: [2, 'text'], in: [3, 'text'], description: [4, 'text'] },
    extensions: 5,
  },
  JsonReference: { fields: { $ref: [1, 'text'], description: [2, 'text'] } },
};
