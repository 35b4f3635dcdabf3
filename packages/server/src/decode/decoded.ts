import type { FieldValidation } from '../registry/request-context.js';

/** A JSON object read from a body. Keys named `__proto__` are own properties. */
export type JsonObject = Record<string, unknown>;

/** Group, version and kind an endpoint serves. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The two encodings of objects that are read. */
export type BodyFormat = 'json' | 'yaml';

/** A body to decode. */
export interface DecodeRequest {
  readonly bytes: Uint8Array;
  readonly format: BodyFormat;
  /** What the endpoint takes. A body without apiVersion or kind counts as this. */
  readonly gvk: GroupVersionKind;
  readonly fieldValidation: FieldValidation;
}

/** An object that was decoded, and the texts of the Warning headers that go with it, in order. */
export interface Decoded {
  /**
   * In the encoder's form: fields in the encoder's order, unknown fields gone, unset ones as the type table says.
   * `apiVersion` and `kind` are set. `metadata.managedFields` is kept as an empty list when the body says `[]`.
   */
  readonly object: JsonObject;
  readonly warnings: readonly string[];
}
