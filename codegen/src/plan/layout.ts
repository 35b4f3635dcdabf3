import { compareText } from '../json.js';
import type { ApiModel } from '../model/api-model.js';

/** Everything an emitter can be asked for, per module. */
export type Product =
  | 'types'
  | 'create'
  | 'resources'
  | 'guards'
  | 'index'
  | 'handles'
  | 'validators'
  | 'schemas'
  | 'docs'
  | 'paths';

/** What is made for any input unless something else is asked for. */
export const defaultProducts: readonly Product[] = [
  'types',
  'create',
  'resources',
  'guards',
  'index',
];

/** What can be asked for besides. */
export const optionalProducts: readonly Product[] = [
  'handles',
  'validators',
  'schemas',
  'docs',
  'paths',
];

/** Where one group of definitions goes: a file, or for `validators` and `schemas` a folder, per product. */
export interface ModuleLayout {
  /** Short name of the module, such as `apps-v1`. */
  readonly id: string;
  /** Definition packages whose types belong to it. */
  readonly packages: readonly string[];
  /** What the banner of its files names as the source. */
  readonly document: string;
  /** TypeScript names for definitions whose own name is taken, by full definition name. */
  readonly rename?: Readonly<Record<string, string>>;
  readonly files: Partial<Readonly<Record<Product, string>>>;
}

/** A published package: files below `path` import each other by path, others by `name`. */
export interface PackageRoot {
  readonly path: string;
  /** Import specifier; absent for a root that nothing outside imports. */
  readonly name?: string;
}

/** Where the table of wire types goes, and what no definition tells about them. */
export interface WireTypesLayout {
  readonly file: string;
  /** What the banner names as the source. */
  readonly source: string;
  /** The hand-written module that declares TypeRef and TypeTable, as a path from the root. */
  readonly declarations: string;
  /** Facts by full definition name; types without an entry are not in the table. */
  readonly facts: Readonly<Record<string, WireTypeFacts>>;
}

/** Facts about the server's own type behind a definition. */
export interface WireTypeFacts {
  /** Name in the table, where it is not the definition's short name. */
  readonly as?: string;
  /** The server's name for the type with its package, as its messages print it. Default: `v1.` and the short name. */
  readonly type?: string;
  /** Fields in the order the server writes them; every field of the definition, and no other. */
  readonly order: readonly string[];
  /** Fields that tell nothing from a zero value. */
  readonly pointers?: readonly string[];
  /** Names of field types that are more than plain strings, as messages print them. */
  readonly named?: Readonly<Record<string, string>>;
  /** Lists that the server holds as maps: the last of equal keys wins. */
  readonly heldAsMap?: readonly string[];
  /** Fields with an object of another format in them, and the field that names its version. */
  readonly embedded?: Readonly<Record<string, string>>;
  /** Maps whose values are objects without any field. */
  readonly empty?: readonly string[];
}

/** Where everything goes. */
export interface Layout {
  readonly roots: readonly PackageRoot[];
  readonly modules: readonly ModuleLayout[];
  /** Module that exports ResourceDescriptor and its parts: an import specifier, or a file to be generated. */
  readonly support: { readonly specifier: string } | { readonly file: string };
  /** The documents a server publishes about itself. Absent: none are printed. */
  readonly documents?: {
    readonly file: string;
    /** What the banner names as the source. */
    readonly source: string;
    /** Path of the version 2 document among the input's documents. */
    readonly v2: string;
    /** Folder of the version 3 documents, with a slash at its end. */
    readonly v3: string;
  };
  /** The table of wire types for a server. Absent: none is printed. */
  readonly wireTypes?: WireTypesLayout;
  /** Import specifiers of hand-written modules, for the products that lean on some. */
  readonly runtime?: {
    /** Folder of formats.ts and strict.ts for compiled validators: a path from the root, or a package's. */
    readonly validators?: string;
    /** Module with the verb interfaces of a client: a path from the root, or a package. */
    readonly verbs?: string;
    /** Module with the Binder of a client: a path from the root, or a package. */
    readonly binder?: string;
  };
}

/**
 * The layout for any API: one folder per definition package, named after the last parts of the
 * package that tell it from all others, each with the products asked for.
 */
export function layoutPerPackage(model: ApiModel, products: readonly Product[]): Layout {
  const documents = new Map<string, string>();
  for (const type of model.types) {
    if (!documents.has(type.packageName)) documents.set(type.packageName, type.document);
  }
  const ids = shortestTails([...documents.keys()].sort(compareText));
  const modules = [...ids].map(([packageName, id]) => ({
    id,
    packages: [packageName],
    document: documents.get(packageName) ?? '',
    files: Object.fromEntries(products.map((product) => [product, defaultPath(id, product)])),
  }));
  // Handles bind through the client, which has descriptor types of its own.
  const support = products.includes('handles')
    ? { specifier: '@imagestream/core' }
    : { file: 'support.ts' };
  return { roots: [{ path: '' }], modules, support };
}

function defaultPath(id: string, product: Product): string {
  const name = { validators: 'validators', schemas: 'schemas', docs: 'reference.md' } as const;
  switch (product) {
    case 'validators':
    case 'schemas':
    case 'docs':
      return `${id}/${name[product]}`;
    case 'paths':
      return `${id}/openapi.ts`;
    default:
      return `${id}/${product}.ts`;
  }
}

/** For every dotted name its shortest tail, of two parts at least, that no other name shares. */
function shortestTails(names: readonly string[]): ReadonlyMap<string, string> {
  const tails = new Map<string, string>();
  for (const name of names) {
    const parts = name.split('.').filter((part) => part !== '');
    let count = Math.min(2, parts.length);
    while (count < parts.length && isShared(names, name, parts.slice(-count))) count += 1;
    const tail = parts
      .slice(-count)
      .join('-')
      .replaceAll(/[^A-Za-z0-9-]/g, '-')
      .toLowerCase();
    tails.set(name, tail === '' ? 'definitions' : tail);
  }
  return tails;
}

function isShared(names: readonly string[], name: string, tail: readonly string[]): boolean {
  const end = tail.join('.').toLowerCase();
  return names.some((other) => {
    const lowered = other.toLowerCase();
    return other !== name && (lowered === end || lowered.endsWith(`.${end}`));
  });
}
