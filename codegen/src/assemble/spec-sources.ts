import type { SourcePointer } from '../diagnostics.js';
import type { JsonObject } from '../json.js';

/** Everything a spec folder says, read but not yet combined. */
export interface SpecSources {
  /** Definitions that every API of the folder may use. */
  readonly definitions: readonly SourceDefinition[];
  readonly apis: readonly ApiSource[];
  /** Paths that belong to no API: discovery and the version. */
  readonly discovery: readonly DiscoverySource[];
}

/** One definition as a person wrote it, source-only keys included. */
export interface SourceDefinition {
  /** Full name: package, dot, short name. */
  readonly name: string;
  readonly schema: JsonObject;
  readonly origin: SourcePointer;
}

/** A change to a definition that holds in the documents of one API only. */
export interface AmendmentSource {
  /** Full name of the definition changed. */
  readonly name: string;
  /** Properties added, by name. */
  readonly add: JsonObject;
  /** Names of properties left out. */
  readonly remove: readonly string[];
  /** Descriptions that take the place of others, by property name. */
  readonly describe: JsonObject;
  /** Extensions that take the place of others, by key. */
  readonly extensions: JsonObject;
  readonly origin: SourcePointer;
}

/** One group and version, with all that its operations are derived from. */
export interface ApiSource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** What paths begin with: `/apis/<group>/<version>` unless the source says otherwise. */
  readonly prefix: string;
  /** Group and version inside operationIds, such as `ImageOpenshiftIoV1`. */
  readonly word: string;
  readonly tag: string;
  /** Package of the kinds that resources name. */
  readonly package: string;
  readonly title: string;
  readonly description: string;
  /** True for an API that is described for old clients; its operations are marked deprecated. */
  readonly deprecated: boolean;
  /** Where the documents go, relative to the spec folder. */
  readonly documents: { readonly v2?: string; readonly v3?: string };
  readonly resources: readonly ResourceSource[];
  readonly verbs: VerbTable;
  readonly parameters: ReadonlyMap<string, ParameterSource>;
  /** Definitions of this API alone. */
  readonly definitions: readonly SourceDefinition[];
  readonly amendments: readonly AmendmentSource[];
  readonly origin: SourcePointer;
}

/** One storage path: a resource or a subresource. */
export interface ResourceSource {
  /** Plural; for a subresource the plural of its parent. */
  readonly resource: string;
  /** Undefined for a resource proper. */
  readonly subresource?: string;
  /** Empty for a subresource. */
  readonly singular: string;
  readonly kind: string;
  /** The kind of the parent resource; for a resource proper the same as `kind`. */
  readonly parentKind: string;
  /** Package of the kind when it is not the API's. */
  readonly kindPackage?: string;
  /** Present when the resource can be listed. */
  readonly listKind?: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** What the path parameter `name` names, as a sentence. */
  readonly name: string;
  /** True when a create without a namespace in its path exists too. */
  readonly createForAllNamespaces: boolean;
  /** Query parameters of reading one object when they are not those of the verb. */
  readonly readParameters?: readonly string[];
  /** Columns of the Table form, in order; none when the resource has no such form. */
  readonly columns: readonly ColumnSource[];
  /** What discovery answers under this name; absent when the resource stores nothing. */
  readonly storageVersionHash?: string;
  /** A sentence or two for each operation, by its key. */
  readonly operations: ReadonlyMap<string, string>;
  readonly origin: SourcePointer;
}

/** One column of the Table form, which `kubectl get` prints. */
export interface ColumnSource {
  readonly name: string;
  readonly type: string;
  /** Empty unless the source says otherwise; `name` marks the column that identifies the row. */
  readonly format: string;
  /** 0 for columns that are always shown. */
  readonly priority: number;
  /** What the cells show, for readers. */
  readonly shows: string;
}

/** What the operations of an API have in common. */
export interface VerbTable {
  /** True hoists a parameter to the path when all operations of the path declare it. */
  readonly parametersShared: boolean;
  /** Ends the operationId of an operation that spans namespaces. */
  readonly allNamespacesSuffix: string;
  /** Media types of answers. */
  readonly answers: readonly string[];
  /** Media types that answers have in addition when they may be watch streams. */
  readonly streamedAnswers: readonly string[];
  readonly verbs: ReadonlyMap<string, VerbSource>;
}

/** What all operations of one verb have in common. */
export interface VerbSource {
  /** Lower case, as OpenAPI writes it. */
  readonly method: string;
  /** The value of `x-kubernetes-action`. */
  readonly action: string;
  /** First word of operationIds. */
  readonly word: string;
  /** Keys of query parameters. */
  readonly query: readonly string[];
  readonly body?: BodySource;
  /** Codes of success. */
  readonly statuses: readonly number[];
  /** `kind`, `listKind`, or the full name of a definition. */
  readonly answer: string;
  readonly streams: boolean;
  readonly origin: SourcePointer;
}

/** The body a verb takes. */
export interface BodySource {
  /** `kind`, or the full name of a definition. */
  readonly schema: string;
  readonly required: boolean;
  readonly mediaTypes: readonly string[];
}

/** One path or query parameter. */
export interface ParameterSource {
  /** Name in the URL. Two parameters may share one, with different texts. */
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly type: string;
  readonly required: boolean;
  readonly deprecated: boolean;
  /** True keeps it out of the shared parameters of a v2 document. */
  readonly inline: boolean;
  readonly description: string;
}

/** One path by which clients find out what there is. */
export interface DiscoverySource {
  readonly path: string;
  /** The v3 document the path stands in, relative to the spec folder. */
  readonly document: string;
  readonly operationId: string;
  readonly tag: string;
  readonly description: string;
  /** Full name of the definition answered. */
  readonly answer: string;
  readonly mediaTypes: readonly string[];
  readonly origin: SourcePointer;
}
