import type { SourcePointer } from '../diagnostics.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { GroupVersionKind } from '../normalise/schema-node.js';

/**
 * The one thing emitters read: types and resources of an API, closed, frozen and JSON-serialisable.
 * Everything is in name order, every node says where it came from, and nothing in it depends on the
 * order of the inputs.
 */
export interface ApiModel {
  readonly types: readonly TypeDeclaration[];
  readonly resources: readonly Resource[];
  /** The OpenAPI documents the inputs are, or are assembled to. */
  readonly documents: readonly ApiDocument[];
}

/** A whole OpenAPI document, for the products that print documents. */
export interface ApiDocument {
  /** Relative to its input; tells the documents of one input apart. */
  readonly path: string;
  readonly format: 'v2' | 'v3';
  readonly document: JsonObject;
}

/** One named type. Its name is the full definition name; TypeScript names are the plan's business. */
export interface TypeDeclaration {
  readonly name: string;
  readonly packageName: string;
  readonly shortName: string;
  /** The input it came from, as banners name it. */
  readonly document: string;
  readonly doc: string;
  readonly deprecated: boolean;
  /** Every group-version-kind the definition stands for; more than one for DeleteOptions and its like. */
  readonly groupVersionKinds: readonly GroupVersionKind[];
  /**
   * `kind`: an object with apiVersion, kind and metadata and exactly one group-version-kind.
   * `list`: a kind whose `items` hold the objects. `plain`: everything else.
   */
  readonly role: 'kind' | 'list' | 'plain';
  readonly body: ApiType;
  /** CEL rules the server checks on the whole, as data; nothing generated runs them. */
  readonly validations?: readonly JsonValue[];
  readonly source: SourcePointer;
}

/** Every shape a value can have. The union is closed: emitters switch over it without a default. */
export type ApiType =
  | ObjectType
  | ListType
  | MapType
  | UnionType
  | IntersectionType
  | EnumType
  | ReferenceType
  | ScalarType
  | WellKnownType
  | UnknownType;

/** An object with named fields, and perhaps others beside them. */
export interface ObjectType {
  readonly type: 'object';
  readonly fields: readonly Field[];
  /** What fields that are not named may hold: nothing is said, anything and kept, or one type. */
  readonly extra: 'none' | 'preserve' | ApiType;
  /** `atomic`: replaced as a whole by server-side apply. */
  readonly mapType: 'atomic' | 'granular';
  /** Discriminated unions among the fields, as `x-kubernetes-unions` states them. */
  readonly unions?: readonly JsonValue[];
  readonly constraints?: JsonObject;
}

/** One field of an object. */
export interface Field {
  readonly name: string;
  readonly type: ApiType;
  readonly required: boolean;
  /** The wire may carry null here. */
  readonly nullable: boolean;
  /** The schema's default: the Go zero value, not what a server fills in. Never applied by anything generated. */
  readonly default?: JsonValue;
  readonly doc: string;
  readonly deprecated: boolean;
  /** What a server writes when nothing was set; absent: the source does not say. */
  readonly wire?: 'always' | 'null' | 'omitted';
  /** How a strategic merge patch treats the field; absent: it replaces. */
  readonly merge?: { readonly strategy: string; readonly key?: string };
  /** CEL rules the server checks on the value, as data. */
  readonly validations?: readonly JsonValue[];
  readonly source: SourcePointer;
}

/** An ordered list. `map` lists are keyed by the named fields of their items. */
export interface ListType {
  readonly type: 'list';
  readonly item: ApiType;
  /** As the document says; absent: it says nothing. */
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly keys: readonly string[];
  readonly constraints?: JsonObject;
}

/** A map from any string to one type of value. */
export interface MapType {
  readonly type: 'map';
  readonly value: ApiType;
  readonly mapType: 'atomic' | 'granular';
  readonly constraints?: JsonObject;
}

/** One of several shapes. */
export interface UnionType {
  readonly type: 'union';
  readonly members: readonly ApiType[];
}

/** All of several shapes at once. */
export interface IntersectionType {
  readonly type: 'intersection';
  readonly members: readonly ApiType[];
}

/** One of listed values; `open`: other strings are legal too, these are the ones known today. */
export interface EnumType {
  readonly type: 'enum';
  readonly values: readonly (string | number | boolean | null)[];
  readonly open: boolean;
}

/** Another named type. */
export interface ReferenceType {
  readonly type: 'reference';
  /** Full definition name; always one of the model's types. */
  readonly name: string;
  /** Set when the referring place, not the type, says how the object is merged. */
  readonly mapType?: 'atomic' | 'granular';
}

/** A JSON scalar. `int64` may exceed what a JavaScript number holds exactly. */
export interface ScalarType {
  readonly type: 'scalar';
  readonly scalar:
    'string' | 'boolean' | 'int32' | 'int64' | 'integer' | 'float' | 'double' | 'bytes';
  readonly constraints?: JsonObject;
}

/** The shapes Kubernetes has words of its own for. */
export interface WellKnownType {
  readonly type: 'well-known';
  readonly shape:
    | 'time' // RFC 3339 text, whole seconds.
    | 'micro-time' // RFC 3339 text, six digits of a second.
    | 'duration' // Go duration text such as 1h30m.
    | 'quantity' // Decimal text with a suffix; a number is taken too.
    | 'int-or-string'
    | 'raw-object' // Any JSON object, kept as it is.
    | 'embedded-object' // Any object with apiVersion, kind and metadata.
    | 'field-set' // The trie of owned fields in managedFields.
    | 'patch' // Any patch body: a JSON patch list, or an object.
    | 'json'; // Any JSON value.
}

/** A shape the model cannot state; a diagnostic says why. */
export interface UnknownType {
  readonly type: 'unknown';
  readonly reason: string;
}

/** What can be done with a resource, in the API's words. */
export type Verb =
  'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/** One resource: where its objects live and what can be done with them. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind?: string;
  readonly scope: 'Namespaced' | 'Cluster';
  /** In name order. */
  readonly verbs: readonly Verb[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Full name of the object's type. */
  readonly object: string;
  /** Full name of the list's type. */
  readonly list?: string;
  readonly subresources: readonly Subresource[];
  readonly source: SourcePointer;
}

/** A path below an object, with a kind of its own. */
export interface Subresource {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly Verb[];
  /** Full name of what it answers with; absent when that is no JSON object of the API (logs, streams). */
  readonly object?: string;
}

/** Freezes a value and everything in it, so that no emitter can change what another one reads. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
}

/** The compiler's proof that a switch over the model is exhaustive. */
export function assertNever(value: never): never {
  throw new TypeError(`unhandled model node ${JSON.stringify(value)}`);
}
