import type { Resource, TypeDeclaration } from '../model/api-model.js';
import type { Layout, ModuleLayout } from './layout.js';

/** A type with the names it has in TypeScript. */
export interface PlannedType {
  readonly declaration: TypeDeclaration;
  readonly name: string;
  /** Name of the type that creating takes, when that differs from the type itself. */
  readonly createName?: string;
  /** Name of the guard, for kinds and lists. */
  readonly guardName?: string;
}

/** A resource with the name of its descriptor. */
export interface PlannedResource {
  readonly resource: Resource;
  readonly name: string;
}

/** One module: the types and resources that share files. */
export interface PlannedModule {
  readonly layout: ModuleLayout;
  readonly types: readonly PlannedType[];
  readonly resources: readonly PlannedResource[];
}

/** Every name, file and import of the output, decided before any text exists. */
export interface Plan {
  readonly layout: Layout;
  readonly modules: readonly PlannedModule[];
  /** Planned types by full definition name. */
  readonly types: ReadonlyMap<string, PlannedType>;
  /** Imports and local names per generated TypeScript file. */
  readonly files: ReadonlyMap<string, FileScope>;
}

/** One import declaration: a specifier and the names it brings, each perhaps under another name. */
export interface ImportLine {
  readonly specifier: string;
  readonly names: readonly { readonly name: string; readonly as: string }[];
}

/** What a generated file may mention, and under which name. */
export interface FileScope {
  readonly path: string;
  readonly imports: readonly ImportLine[];
  /** Local name per definition; the type as it is read. */
  readonly types: ReadonlyMap<string, string>;
  /** Local name per definition; the type as it is sent, where that differs. */
  readonly create: ReadonlyMap<string, string>;
}
