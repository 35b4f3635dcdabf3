import type { Resource, Subresource, Verb } from '../model/api-model.js';
import { specifierOf } from '../plan/imports.js';
import type { FileScope, ImportLine } from '../plan/planned.js';
import { upperCamel } from '../plan/names.js';
import type { Plan, PlannedModule, PlannedResource } from '../plan/planned.js';
import { banner, emitPerModule } from './emitted-file.js';
import type { Emitter } from './emitted-file.js';
import { importLine, joinParts, maxWidth, memberName, scopeOf } from './layout-text.js';

/** The client's interface per verb; `deletecollection` comes last, as a reader would list them. */
const interfaces: readonly (readonly [Verb, string])[] = [
  ['get', 'Get'],
  ['list', 'List'],
  ['watch', 'Watch'],
  ['create', 'Create'],
  ['update', 'Update'],
  ['patch', 'Patchable'],
  ['delete', 'Delete'],
  ['deletecollection', 'DeleteCollection'],
];

const subresourceInterfaces: readonly (readonly [Verb, string])[] = [
  ['get', 'GetSubresource'],
  ['update', 'UpdateSubresource'],
  ['patch', 'PatchSubresource'],
];

/**
 * Typed client handles: per resource the intersection of the verbs it has, and one function that binds
 * them all. That it compiles proves that descriptors and interfaces say the same.
 */
export const emitHandles: Emitter = (_model, plan) =>
  emitPerModule(
    plan,
    (module) => module.layout.files.handles,
    (module, path) => {
      // A module without resources has nothing to handle.
      if (module.resources.length === 0) return undefined;
      const scope = scopeOf(plan.files, path);
      const resources = [...module.resources].sort((a, b) => compareNames(a.name, b.name));
      const parts = resources.map((resource) => printInterface(resource, scope));
      const body = [...parts, printGroup(module, resources, scope), printBind(module, resources)];
      return joinParts([
        banner(module.layout.document),
        printImports(path, module, resources, scope, plan, body.join('\n')),
        ...body,
      ]);
    },
  );

/** Names in the order of a word list, so that `images` comes before `imageSignatures`. */
function compareNames(a: string, b: string): number {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  return x < y ? -1 : x > y ? 1 : 0;
}

function interfaceName(resource: PlannedResource): string {
  return resource.name.slice(0, 1).toUpperCase() + resource.name.slice(1);
}

function groupName(module: PlannedModule): string {
  return `${upperCamel(module.layout.id)}Handles`;
}

function printInterface(planned: PlannedResource, scope: FileScope): string {
  const { resource } = planned;
  const verbs = interfaces.filter(([verb]) => resource.verbs.includes(verb));
  const heritage = verbs.map(([, name]) => `${name}<${argumentsOf(name, resource, scope)}>`);
  const head = `/** What can be done with ${resource.plural}. */\nexport interface ${interfaceName(planned)}`;
  const members = resource.subresources.flatMap((sub) => printSubresource(sub, scope));
  const tail = members.length === 0 ? '{}' : `{\n${members.join('')}}`;
  return `${head}${printHeritage(heritage, `export interface ${interfaceName(planned)}`.length)} ${tail}`;
}

function argumentsOf(name: string, resource: Resource, scope: FileScope): string {
  const object = scope.types.get(resource.object) ?? 'never';
  return name === 'Create' ? `${object}, ${scope.create.get(resource.object) ?? object}` : object;
}

function printHeritage(heritage: readonly string[], column: number): string {
  if (heritage.length === 0) return '';
  const flat = ` extends ${heritage.join(', ')}`;
  if (column + flat.length + 3 <= maxWidth) return flat;
  if (flat.length + 4 <= maxWidth) return `\n ${flat}`;
  return `\n  extends\n${heritage.map((one) => `    ${one}`).join(',\n')}`;
}

function printSubresource(sub: Subresource, scope: FileScope): readonly string[] {
  const object = sub.object === undefined ? undefined : scope.types.get(sub.object);
  if (object === undefined) return [];
  const parts = subresourceInterfaces
    .filter(([verb]) => sub.verbs.includes(verb))
    .map(([, name]) => `${name}<${object}>`);
  return parts.length === 0 ? [] : [property(memberName(sub.name), parts)];
}

/** A readonly property whose type is an intersection, broken behind each sign when it is long. */
function property(name: string, parts: readonly string[]): string {
  const flat = `  readonly ${name}: ${parts.join(' & ')};`;
  return flat.length <= maxWidth ? `${flat}\n` : `  readonly ${name}: ${parts.join(' &\n    ')};\n`;
}

function printGroup(
  module: PlannedModule,
  resources: readonly PlannedResource[],
  scope: FileScope,
): string {
  const members = resources.map((planned) => {
    const { resource } = planned;
    const own = interfaceName(planned);
    if (resource.scope === 'Cluster') return property(planned.name, [own]);
    const object = scope.types.get(resource.object) ?? 'never';
    const everywhere = (['list', 'watch'] as const)
      .filter((verb) => resource.verbs.includes(verb))
      .map((verb) => `${verb === 'list' ? 'List' : 'Watch'}<${object}>`);
    const all = everywhere.length === 0 ? [] : [`AllNamespaces<${everywhere.join(' & ')}>`];
    return property(planned.name, [`Namespaced<${own}>`, ...all]);
  });
  const doc = `/** The resources of ${groupOf(module)}. */`;
  return `${doc}\nexport interface ${groupName(module)} {\n${members.join('')}}`;
}

function printBind(module: PlannedModule, resources: readonly PlannedResource[]): string {
  const lines = resources.map(({ name }) => `    ${name}: bind(${name}),\n`).join('');
  const name = groupName(module);
  return `/** Binds every resource of ${groupOf(module)}. */
export function bind${name}(bind: Binder): ${name} {
  return {
${lines}  };
}`;
}

function groupOf(module: PlannedModule): string {
  const resource = module.resources[0]?.resource;
  if (resource === undefined) return module.layout.id;
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

function printImports(
  path: string,
  module: PlannedModule,
  resources: readonly PlannedResource[],
  scope: FileScope,
  plan: Plan,
  body: string,
): string {
  const descriptors = {
    specifier: specifierOf(path, module.layout.files.resources ?? '', plan.layout),
    names: resources.map(({ name }) => ({ name, as: name })),
  };
  const { verbs = clientPackage, binder = clientPackage } = plan.layout.runtime ?? {};
  const used = verbNames.filter((name) => new RegExp(`\\b${name}<`).test(body));
  const from = (target: string): string =>
    target.startsWith('@') ? target : specifierOf(path, target, plan.layout);
  return mergeLines([
    ...scope.imports,
    { specifier: from(binder), names: [{ name: 'Binder', as: 'Binder' }] },
    { specifier: from(verbs), names: used.map((name) => ({ name, as: name })) },
  ]).reduce(
    (text, line) => text + importLine(line, 'import type'),
    importLine(descriptors, 'import'),
  );
}

/** Where handles find the client, unless the layout says otherwise. */
const clientPackage = '@imagestream/client';

/** One line per specifier, in the order met. */
function mergeLines(lines: readonly ImportLine[]): readonly ImportLine[] {
  const merged = new Map<string, ImportLine>();
  for (const line of lines) {
    const names = [...(merged.get(line.specifier)?.names ?? []), ...line.names];
    merged.set(line.specifier, { specifier: line.specifier, names });
  }
  return [...merged.values()];
}

/** Every interface a handle may extend or mention, in name order. */
const verbNames: readonly string[] = [
  'AllNamespaces',
  'Namespaced',
  ...interfaces.map(([, name]) => name),
  ...subresourceInterfaces.map(([, name]) => name),
].sort(compareNames);
