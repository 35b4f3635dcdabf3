import { DiagnosticBag, formatDiagnostic } from '../diagnostics.js';
import { readModel } from '../generate.js';
import type { ApiModel, Resource, TypeDeclaration } from '../model/api-model.js';
import type { Command } from './command.js';
import { readArguments } from './read-arguments.js';
import { loadNamedInputs, readInputs } from './read-inputs.js';
import { UsageError } from './usage-error.js';

/** Shows what the generator understood of an input. */
export const inspectCommand: Command = {
  name: 'inspect',
  usage: 'inspect --input <file|folder|url> [--group <group/version>] [NAME]',
  help: [
    'Without NAME: groups, resources with their verbs, and how many types there are. With NAME (a kind,',
    'a definition or a plural): the model of it as JSON, every node with the place it was read from.',
    '--group g/v   only this group and what it refers to; may be repeated',
    '--header h    "name: value" to send when the input is a URL; may be repeated',
  ],
  run: async (args, outlets) => {
    const read = readArguments(args, { input: 'many', group: 'many', header: 'many' });
    const inputs = read.many('input');
    if (inputs.length === 0) throw new UsageError('inspect needs --input');
    const bag = new DiagnosticBag();
    const groups = read.many('group');
    const named = await readInputs(inputs, { groups, headers: read.many('header') }, outlets, bag);
    const model = readModel(loadNamedInputs(named, bag), { groups }, bag);
    const [name] = read.positionals;
    if (name === undefined) {
      outlets.print(overview(model));
      for (const diagnostic of bag.all) outlets.complain(formatDiagnostic(diagnostic));
      return 0;
    }
    const found = findNamed(model, name);
    if (found.length === 0) {
      outlets.complain(`nothing in the inputs is called ${name}`);
      return 1;
    }
    for (const one of found) outlets.print(JSON.stringify(one, null, 2));
    return 0;
  },
};

function findNamed(model: ApiModel, name: string): readonly (TypeDeclaration | Resource)[] {
  return [
    ...model.types.filter((type) => type.name === name || type.shortName === name),
    ...model.resources.filter((resource) => resource.plural === name),
  ];
}

function overview(model: ApiModel): string {
  const packages = new Map<string, number>();
  for (const type of model.types) {
    packages.set(type.packageName, (packages.get(type.packageName) ?? 0) + 1);
  }
  const resources = model.resources.map((resource) => {
    const group =
      resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
    const below = resource.subresources.map((sub) => `/${sub.name}`).join(' ');
    const verbs = resource.verbs.join(',');
    return [group, resource.plural, resource.kind, resource.scope, verbs, below]
      .join('\t')
      .trimEnd();
  });
  return [
    `${model.types.length} types in ${packages.size} packages`,
    ...[...packages].map(([name, count]) => `${name}\t${count}`),
    `${model.resources.length} resources`,
    ...resources,
  ].join('\n');
}
