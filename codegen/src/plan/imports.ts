import { posix } from 'node:path';
import { compareText } from '../json.js';
import { createReferencesOf } from './create-types.js';
import { referencesOf } from '../model/references.js';
import type { Layout, Product } from './layout.js';
import { NameScope, upperCamel } from './names.js';
import type { FileScope, PlannedModule, PlannedType } from './planned.js';

/** A symbol a file needs: where it is declared and what it is called there. */
interface Need {
  readonly definition: string;
  readonly variant: 'types' | 'create';
  readonly name: string;
  readonly file: string;
  readonly moduleId: string;
}

/** Imports and names of every TypeScript file of the plan. */
export function planImports(
  modules: readonly PlannedModule[],
  types: ReadonlyMap<string, PlannedType>,
  layout: Layout,
): ReadonlyMap<string, FileScope> {
  const homes = new Map(
    modules.flatMap((module) =>
      module.types.map((type) => [type.declaration.name, module] as const),
    ),
  );
  const scopes = new Map<string, FileScope>();
  for (const module of modules) {
    for (const product of ['types', 'create', 'resources', 'guards', 'handles'] as const) {
      const path = module.layout.files[product];
      if (path === undefined) continue;
      const needs = needsOf(module, product, types).flatMap((wanted) => {
        const home = homes.get(wanted.definition);
        const type = types.get(wanted.definition);
        return home === undefined || type === undefined ? [] : [locate(wanted, type, home)];
      });
      scopes.set(path, planFile(path, product, module, needs, layout));
    }
  }
  return scopes;
}

interface Wanted {
  readonly definition: string;
  /** The file holds values sent to the server: take the type for that where there is one. */
  readonly forCreate: boolean;
}

function needsOf(
  module: PlannedModule,
  product: Product,
  types: ReadonlyMap<string, PlannedType>,
): readonly Wanted[] {
  switch (product) {
    case 'types':
      return module.types.flatMap(({ declaration }) =>
        referencesOf(declaration.body).map((definition) => ({ definition, forCreate: false })),
      );
    case 'create':
      return module.types
        .filter((type) => type.createName !== undefined)
        .flatMap(({ declaration }) =>
          createReferencesOf(declaration).map((definition) => ({
            definition,
            forCreate: true,
          })),
        );
    case 'guards':
      return module.types
        .filter((type) => type.guardName !== undefined)
        .map(({ declaration }) => ({ definition: declaration.name, forCreate: false }));
    default:
      return module.resources.flatMap(({ resource }) => [
        { definition: resource.object, forCreate: false },
        ...(types.get(resource.object)?.createName === undefined ||
        (product === 'handles' && !resource.verbs.includes('create'))
          ? []
          : [{ definition: resource.object, forCreate: true }]),
        ...resource.subresources.flatMap((sub) =>
          sub.object === undefined ? [] : [{ definition: sub.object, forCreate: false }],
        ),
      ]);
  }
}

function locate(wanted: Wanted, type: PlannedType, home: PlannedModule): Need {
  const { types: typesFile = '', create } = home.layout.files;
  const { definition } = wanted;
  const { id: moduleId } = home.layout;
  if (wanted.forCreate && type.createName !== undefined && create !== undefined) {
    return { definition, moduleId, variant: 'create', name: type.createName, file: create };
  }
  return { definition, moduleId, variant: 'types', name: type.name, file: typesFile };
}

function planFile(
  path: string,
  product: Product,
  module: PlannedModule,
  needs: readonly Need[],
  layout: Layout,
): FileScope {
  const scope = new NameScope();
  const own = declaredNames(module, product);
  for (const name of own) scope.take(name);
  const names = { types: new Map<string, string>(), create: new Map<string, string>() };
  const lines = new Map<string, { name: string; as: string }[]>();
  const unique = new Map(needs.map((need) => [`${need.variant} ${need.definition}`, need]));
  for (const need of [...unique.values()].sort((a, b) => compareText(a.name, b.name))) {
    if (need.file === path) {
      names[need.variant].set(need.definition, need.name);
      continue;
    }
    const as = scope.take(scope.has(need.name) ? upperCamel(need.moduleId) + need.name : need.name);
    names[need.variant].set(need.definition, as);
    const specifier = specifierOf(path, need.file, layout);
    lines.set(specifier, [...(lines.get(specifier) ?? []), { name: need.name, as }]);
  }
  for (const type of module.types) {
    if (product === 'types') names.types.set(type.declaration.name, type.name);
  }
  const imports = [...lines]
    .map(([specifier, list]) => ({ specifier, names: list }))
    .sort((a, b) => compareSpecifiers(a.specifier, b.specifier));
  return { path, imports, ...names };
}

/** Names that handles take from the client. */
const reservedForHandles: readonly string[] = (
  'Binder AllNamespaces Namespaced Get List Watch Create Update Patchable Delete DeleteCollection ' +
  'GetSubresource UpdateSubresource PatchSubresource'
).split(' ');

function declaredNames(module: PlannedModule, product: Product): readonly string[] {
  switch (product) {
    case 'types':
      return module.types.map(({ name }) => name);
    case 'create':
      return module.types.flatMap(({ createName }) => createName ?? []);
    case 'guards':
      return ['isKind', ...module.types.flatMap(({ guardName }) => guardName ?? [])];
    case 'handles':
      return [
        ...reservedForHandles,
        ...module.resources.flatMap(({ name }) => [
          name,
          name.slice(0, 1).toUpperCase() + name.slice(1),
        ]),
      ];
    default:
      return [
        'ResourceDescriptor',
        'SubresourceDescriptor',
        ...module.resources.map(({ name }) => name),
      ];
  }
}

/**
 * How one generated file imports another: by relative path inside one package root, else by the name
 * of the other's root.
 */
export function specifierOf(from: string, to: string, layout: Layout): string {
  const rootOf = (file: string): Layout['roots'][number] | undefined =>
    layout.roots.find((root) => root.path === '' || file.startsWith(`${root.path}/`));
  const there = rootOf(to);
  if (there !== undefined && there !== rootOf(from) && there.name !== undefined) return there.name;
  const relative = posix.relative(posix.dirname(from), to).replace(/\.ts$/, '.js');
  return relative.startsWith('.') ? relative : `./${relative}`;
}

/** Packages before paths, each in name order. */
function compareSpecifiers(a: string, b: string): number {
  const rank = (specifier: string): number => (specifier.startsWith('.') ? 1 : 0);
  return rank(a) - rank(b) || compareText(a, b);
}
