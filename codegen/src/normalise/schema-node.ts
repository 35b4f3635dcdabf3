import type { SourcePointer } from '../diagnostics.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { RawDocument, RawResource } from '../load/raw-input.js';

/** A group, version and kind. The group of the core API is the empty string. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/**
 * A schema in the one grammar that follows normalisation, whatever document it came from: references
 * are full definition names, one-member `allOf` is gone, properties are in name order, source-only
 * keys have become plain fields, and every known extension has a field of its own.
 */
export interface SchemaNode {
  readonly source: SourcePointer;
  readonly description?: string;
  readonly deprecated?: true;
  /** Full name of the definition this stands for. */
  readonly ref?: string;
  /** The name a reference had that leads nowhere; it has been reported. */
  readonly danglingRef?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly format?: string;
  /** The wire may carry null here: `nullable`, a type list with null, or a source's own word. */
  readonly nullable?: true;
  /** What a server writes when nothing was set, where the source says so. */
  readonly wire?: 'always' | 'null' | 'omitted';
  readonly properties?: readonly PropertyNode[];
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  /** Schema of the values of a map; `true` when any value goes. */
  readonly additional?: SchemaNode | true;
  readonly enum?: readonly JsonValue[];
  /** Values known today; others are legal too. */
  readonly knownValues?: readonly string[];
  readonly oneOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly allOf?: readonly SchemaNode[];
  readonly default?: JsonValue;
  /** minLength, maximum, pattern and their like, as written. */
  readonly constraints?: JsonObject;
  readonly groupVersionKinds?: readonly GroupVersionKind[];
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listMapKeys?: readonly string[];
  readonly mapType?: 'atomic' | 'granular';
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
  readonly unions?: readonly JsonValue[];
  readonly intOrString?: true;
  readonly preserveUnknown?: true;
  readonly embeddedResource?: true;
  /** CEL rules, carried as data. */
  readonly validations?: readonly JsonValue[];
}

/** One property of an object schema. */
export interface PropertyNode {
  readonly name: string;
  readonly schema: SchemaNode;
}

/** One named schema after normalisation. */
export interface DefinitionNode {
  readonly name: string;
  /** Everything before the last dot of the name. */
  readonly packageName: string;
  /** What follows the last dot. */
  readonly shortName: string;
  readonly schema: SchemaNode;
  /** The input it came from, as banners name it. */
  readonly document: string;
}

/** One operation, with what the model needs of it. */
export interface OperationNode {
  readonly path: string;
  readonly method: string;
  readonly operationId: string;
  /** `x-kubernetes-action`, or undefined when the operation is not about a resource. */
  readonly action?: string;
  readonly groupVersionKind?: GroupVersionKind;
  /** Definition the first success response holds; undefined when it holds none. */
  readonly response?: string;
  /** Definition the body holds; undefined when there is none. */
  readonly body?: string;
  readonly description?: string;
  readonly source: SourcePointer;
}

/** Everything the inputs say, in one grammar: definitions in name order, operations in path order. */
export interface NormalisedApi {
  readonly definitions: readonly DefinitionNode[];
  readonly operations: readonly OperationNode[];
  readonly resources: readonly RawResource[];
  readonly documents: readonly RawDocument[];
}
