import type { DiagnosticBag } from '../diagnostics.js';
import type { ApiModel, Resource, TypeDeclaration } from '../model/api-model.js';
import { findCreateTypes } from './create-types.js';
import { planImports } from './imports.js';
import type { Layout, ModuleLayout } from './layout.js';
import type { Plan, PlannedModule } from './planned.js';
import { NameScope, isDeclarable, lowerFirst, pluralOfKind, toDeclarable } from './names.js';

/** Decides names, files and imports. Collisions are resolved here and reported. */
export function makePlan(model: ApiModel, layout: Layout, bag: DiagnosticBag): Plan {
  const create = findCreateTypes(model);
  const modules = layout.modules.map((module) => planModule(model, module, create, bag));
  reportUnplanned(model, layout, bag);
  const types = new Map(
    modules.flatMap((module) => module.types.map((type) => [type.declaration.name, type] as const)),
  );
  return { layout, modules, types, files: planImports(modules, types, layout) };
}

function planModule(
  model: ApiModel,
  layout: ModuleLayout,
  create: ReadonlySet<string>,
  bag: DiagnosticBag,
): PlannedModule {
  const scope = new NameScope();
  const declarations = model.types.filter((type) => layout.packages.includes(type.packageName));
  const named = declarations.map((declaration) => ({
    declaration,
    name: takeTypeName(declaration, layout, scope, bag),
  }));
  const withCreate = layout.files.create !== undefined;
  const types = named.map((type) => ({
    ...type,
    ...(withCreate && create.has(type.declaration.name)
      ? { createName: scope.take(`${type.name}Create`) }
      : {}),
    ...(type.declaration.role === 'plain' ? {} : { guardName: scope.take(`is${type.name}`) }),
  }));
  const owned = new Set(declarations.map(({ name }) => name));
  const resources = model.resources
    .filter((resource) => owned.has(resource.object))
    .map((resource) => ({
      resource,
      name: takeResourceName(resource, scope),
    }));
  return { layout, types, resources };
}

function takeTypeName(
  declaration: TypeDeclaration,
  layout: ModuleLayout,
  scope: NameScope,
  bag: DiagnosticBag,
): string {
  const renamed = layout.rename;
  const wanted =
    renamed !== undefined && Object.hasOwn(renamed, declaration.name)
      ? (renamed[declaration.name] ?? declaration.shortName)
      : declaration.shortName;
  const name = scope.take(isDeclarable(wanted) ? wanted : toDeclarable(wanted));
  if (name !== wanted) {
    const message = `${declaration.name} becomes ${name} in TypeScript`;
    bag.info('kind-name-collision', declaration.source, message);
  }
  return name;
}

function takeResourceName(resource: Resource, scope: NameScope): string {
  const plural = pluralOfKind(resource.kind, resource.plural);
  return scope.take(scope.has(plural) ? `${lowerFirst(resource.kind)}Resource` : plural);
}

function reportUnplanned(model: ApiModel, layout: Layout, bag: DiagnosticBag): void {
  const planned = new Set(layout.modules.flatMap((module) => module.packages));
  const reported = new Set<string>();
  for (const type of model.types) {
    if (planned.has(type.packageName) || reported.has(type.packageName)) continue;
    reported.add(type.packageName);
    const message = `package ${type.packageName} has no module in the layout`;
    bag.error('unplanned-package', type.source, message);
  }
}
