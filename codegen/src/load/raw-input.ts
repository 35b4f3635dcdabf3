import type { JsonObject, JsonValue } from '../json.js';

/**
 * What every loader yields, whatever it read: definitions, operations and resource facts, each with
 * the place it came from. Nothing is interpreted here; the next stage, normalise, gives it one grammar.
 *
 * Two dialects meet in this shape. They differ only in how a reference is written, and normalise
 * takes every spelling: `#/definitions/NAME`, `#/components/schemas/NAME`, or the bare full NAME
 * that spec sources use. `$ref` may have siblings; a one-member `allOf` means the same.
 */
export interface RawInput {
  /** What banners and diagnostics call the input, such as `spec/image-v1` or `apps-v1.json`. Never an absolute path. */
  readonly id: string;
  readonly format: 'openapi-v2' | 'openapi-v3' | 'spec-folder' | 'crd';
  /** In file order. A name that stands twice is reported by normalise, with both places. */
  readonly definitions: readonly RawDefinition[];
  /** One entry per path and method; empty for documents with definitions only. */
  readonly operations: readonly RawOperation[];
  /** What only discovery or a resource table knows. Empty when the input has nothing of the kind. */
  readonly resources: readonly RawResource[];
  /** `info.version` of the document, or undefined. */
  readonly version?: string;
  /**
   * The served OpenAPI documents this input stands for, by format; emitters that print whole
   * documents (`paths`, server data) read them. Absent: those emitters have nothing to print.
   */
  readonly documents?: {
    readonly v2?: JsonObject;
    readonly v3?: JsonObject;
    /** Every document there is, with the path it is kept under. Absent: `v2` and `v3` are all. */
    readonly all?: readonly RawDocument[];
  };
}

/** A whole OpenAPI document. */
export interface RawDocument {
  /** Relative to the input, with forward slashes, such as `openapi/v3/apis/apps/v1.json`. */
  readonly path: string;
  readonly document: JsonObject;
}

/** Where something was read: a file as the user named it, and an RFC 6901 pointer into it. */
export interface RawOrigin {
  readonly file: string;
  readonly pointer: string;
}

/** One named schema. */
export interface RawDefinition {
  /** Full name: package, dot, short name, such as `io.k8s.api.core.v1.Secret`. */
  readonly name: string;
  /**
   * The schema as written. In spec sources it may carry the source-only keys `x-wire`,
   * `x-null-on-wire` and `x-known-values`; normalise knows them.
   */
  readonly schema: JsonValue;
  readonly origin: RawOrigin;
}

/** One OpenAPI operation, in the shape of OpenAPI v2 or v3. */
export interface RawOperation {
  /** Path template, such as `/apis/apps/v1/namespaces/{namespace}/deployments/{name}`. */
  readonly path: string;
  /** Lower case: `get`, `put`, `post`, `delete`, `patch`, `head`, `options`. */
  readonly method: string;
  /** The operation object; `parameters` may hold references, the path item's own are in `sharedParameters`. */
  readonly operation: JsonObject;
  /** `parameters` of the path item, resolved when they were references. */
  readonly sharedParameters: readonly JsonValue[];
  readonly origin: RawOrigin;
}

/** What discovery says of a resource and its operations do not. */
export interface RawResource {
  readonly group: string;
  readonly version: string;
  /** Plural, with the subresource behind a slash: `deployments`, `deployments/status`. */
  readonly name: string;
  /** Empty for subresources. */
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** get, list, watch, create, update, patch, delete, deletecollection. */
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly origin: RawOrigin;
}
