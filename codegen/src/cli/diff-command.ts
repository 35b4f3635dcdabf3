import { DiagnosticBag } from '../diagnostics.js';
import { versionStep } from '../diff/change.js';
import type { Change } from '../diff/change.js';
import { diffModels } from '../diff/diff-models.js';
import { readModel } from '../generate.js';
import type { ApiModel } from '../model/api-model.js';
import type { Command, CommandOutlets } from './command.js';
import { readArguments } from './read-arguments.js';
import { loadNamedInputs, readInputs } from './read-inputs.js';
import { UsageError } from './usage-error.js';

/** Says what changed between two versions of an API, and what that means for those who use it. */
export const diffCommand: Command = {
  name: 'diff',
  usage: 'diff <A> <B> [--group <group/version>] [--format text|json]',
  help: [
    'Compares two inputs (files, folders or URLs): every change with its place, whether it breaks clients,',
    'and the version step it asks for. Exit code 1 when something breaks.',
    '--group g/v   only this group and what it refers to; may be repeated',
    '--docs        list changed descriptions too',
    '--header h    "name: value" to send when an input is a URL; may be repeated',
  ],
  run: async (args, outlets) => {
    const read = readArguments(args, {
      group: 'many',
      format: 'one',
      docs: 'flag',
      header: 'many',
    });
    const [before, after, ...rest] = read.positionals;
    if (before === undefined || after === undefined || rest.length > 0) {
      throw new UsageError('diff needs two inputs');
    }
    const format = read.one('format') ?? 'text';
    if (format !== 'text' && format !== 'json')
      throw new UsageError(`no format is called ${format}`);
    const options = { groups: read.many('group'), headers: read.many('header') };
    const models = [
      await modelOf(before, options, outlets),
      await modelOf(after, options, outlets),
    ] as const;
    const changes = diffModels(...models);
    const step = versionStep(changes);
    const shown = changes.filter(({ impact }) => impact !== 'docs' || read.flag('docs'));
    if (format === 'json') outlets.print(JSON.stringify({ step, changes: shown }, null, 2));
    else outlets.print(printText(changes, shown, step));
    return step === 'major' ? 1 : 0;
  },
};

async function modelOf(
  input: string,
  options: { readonly groups: readonly string[]; readonly headers: readonly string[] },
  outlets: CommandOutlets,
): Promise<ApiModel> {
  const bag = new DiagnosticBag();
  const named = await readInputs([input], options, outlets, bag);
  return readModel(loadNamedInputs(named, bag), { groups: options.groups }, bag);
}

function printText(changes: readonly Change[], shown: readonly Change[], step: string): string {
  const lines = shown.map(
    ({ impact, code, subject, message, source }) =>
      `${impact} ${code}: ${subject} ${message} (${source.file}#${source.pointer})`,
  );
  const counts = (['breaking', 'additive', 'docs'] as const)
    .map((impact) => `${changes.filter((change) => change.impact === impact).length} ${impact}`)
    .join(', ');
  return [...lines, `${counts}; version step: ${step}`].join('\n');
}
