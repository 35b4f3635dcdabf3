import type { JsonObject } from '../json.js';
import type { Resource, Subresource } from '../model/api-model.js';
import type { FileScope } from '../plan/planned.js';
import { specifierOf } from '../plan/imports.js';
import type { Plan, PlannedResource } from '../plan/planned.js';
import { banner, emitPerModule } from './emitted-file.js';
import type { Emitter } from './emitted-file.js';
import {
  importLine,
  joinParts,
  literal,
  maxWidth,
  memberName,
  quote,
  scopeOf,
} from './layout-text.js';

/** Resource descriptors: data about each resource, with verbs, scope and subresources as literal types. */
export const emitResources: Emitter = (_model, plan) =>
  emitPerModule(
    plan,
    (module) => module.layout.files.resources,
    (module, path) => {
      const scope = scopeOf(plan.files, path);
      const { resources } = module;
      if (resources.length === 0) return joinParts([banner(module.layout.document), 'export {};']);
      const parts = resources.some(({ resource }) => resource.subresources.length > 0);
      const names = ['ResourceDescriptor', ...(parts ? ['SubresourceDescriptor'] : [])];
      const support = {
        specifier: supportSpecifier(path, plan),
        names: names.map((name) => ({ name, as: name })),
      };
      const packages = scope.imports.filter((line) => !line.specifier.startsWith('.'));
      const paths = scope.imports.filter((line) => line.specifier.startsWith('.'));
      const lines = support.specifier.startsWith('.')
        ? [...packages, support, ...paths]
        : [...mergeSpecifier(packages, support), ...paths];
      return joinParts([
        banner(module.layout.document),
        lines.map((line) => importLine(line, 'import type')).join(''),
        ...resources.map((resource) => printResource(resource, scope)),
      ]);
    },
  );

/** Where the file at `path` finds the descriptor types. */
export function supportSpecifier(path: string, plan: Plan): string {
  const { support } = plan.layout;
  return 'specifier' in support ? support.specifier : specifierOf(path, support.file, plan.layout);
}

type Line = FileScope['imports'][number];

function mergeSpecifier(lines: readonly Line[], added: Line): readonly Line[] {
  const same = lines.find((line) => line.specifier === added.specifier);
  if (same === undefined) return [added, ...lines];
  const names = [...added.names, ...same.names];
  return lines.map((line) => (line === same ? { ...line, names } : line));
}

function printResource(planned: PlannedResource, scope: FileScope): string {
  const { resource, name } = planned;
  const object = scope.types.get(resource.object) ?? 'never';
  const create = scope.create.get(resource.object) ?? object;
  const args = [
    object,
    create,
    unionOf(resource.verbs.map(quote), '  '),
    quote(resource.scope),
    printSubresourceTypes(resource.subresources, scope),
  ];
  const where = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
  const doc = `/** ${resource.plural} of ${where}: ${resource.scope === 'Cluster' ? 'cluster-wide' : 'in a namespace'}. */\n`;
  const value = literal(descriptorData(resource), '', 4);
  return `${doc}export const ${name}: ${typeArguments('ResourceDescriptor', args, name)} = ${value};`;
}

function typeArguments(generic: string, args: readonly string[], name: string): string {
  const flat = `${generic}<${args.join(', ')}>`;
  const width = `export const ${name}: ${flat} = {`.length;
  if (width <= maxWidth && !flat.includes('\n')) return flat;
  return `${generic}<\n${args.map((arg) => (arg.startsWith('\n') ? arg.slice(1) : `  ${arg}`)).join(',\n')}\n>`;
}

function unionOf(members: readonly string[], indent: string): string {
  if (members.length === 0) return 'never';
  const flat = members.join(' | ');
  if (indent.length + flat.length + 1 <= maxWidth) return flat;
  return members.map((member) => `\n${indent}| ${member}`).join('');
}

function printSubresourceTypes(subresources: readonly Subresource[], scope: FileScope): string {
  if (subresources.length === 0) return '{}';
  const lines = subresources.map((sub) => {
    const object = sub.object === undefined ? 'string' : (scope.types.get(sub.object) ?? 'never');
    const verbs = sub.verbs.map(quote);
    const head = `    readonly ${memberName(sub.name)}: `;
    const flat = `${head}SubresourceDescriptor<${object}, ${verbs.length === 0 ? 'never' : verbs.join(' | ')}>;\n`;
    if (flat.length - 1 <= maxWidth) return flat;
    return `${head}SubresourceDescriptor<\n      ${object},\n      ${unionOf(verbs, '      ')}\n    >;\n`;
  });
  return `{\n${lines.join('')}  }`;
}

function descriptorData(resource: Resource): JsonObject {
  return {
    group: resource.group,
    version: resource.version,
    plural: resource.plural,
    singular: resource.singular,
    kind: resource.kind,
    listKind: resource.listKind,
    scope: resource.scope,
    verbs: resource.verbs,
    subresources: Object.fromEntries(
      resource.subresources.map((sub) => [
        sub.name,
        { group: sub.group, version: sub.version, kind: sub.kind, verbs: sub.verbs },
      ]),
    ),
    shortNames: resource.shortNames,
    categories: resource.categories,
  };
}
