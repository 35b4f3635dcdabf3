/** One place where the data does not have the shape it should have. The shape of Ajv's errors. */
export interface SchemaError {
  /** RFC 6901 pointer to the value, empty for the data itself. */
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword:
    'type' | 'format' | 'additionalProperties' | 'uniqueKeys' | 'uniqueItems' | (string & {});
  readonly params: {
    /** Of `type`: the JSON types taken, the last of them null. */
    readonly type?: readonly string[] | string;
    /** Of `format`: date-time, micro-time, byte, int32, int64, duration or quantity. */
    readonly format?: string;
    /** Of `additionalProperties`: the name that the type does not have. */
    readonly additionalProperty?: string;
    /** Of `uniqueKeys`: the fields that identify a member of the list. */
    readonly keys?: readonly string[];
  };
}

/** A compiled check. `errors` belongs to the last call and is replaced by the next one. */
export interface SchemaValidator {
  (data: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}
