import { DiagnosticBag, formatDiagnostic } from '../diagnostics.js';
import type { Diagnostic } from '../diagnostics.js';
import { loadDocument } from '../load/load-inputs.js';
import { defaultProducts, optionalProducts } from '../plan/layout.js';
import type { Product } from '../plan/layout.js';
import { run } from '../run.js';
import type { RunReport } from '../run.js';
import type { Command } from './command.js';
import { readArguments } from './read-arguments.js';
import { readInputs } from './read-inputs.js';
import { UsageError } from './usage-error.js';

/** Generates, or with --check compares. */
export const generateCommand: Command = {
  name: 'generate',
  usage:
    'generate --input <file|folder|url> [--input …] [--group <group/version>] --out <dir> [--check]',
  help: [
    'Reads OpenAPI v2 and v3 documents, CustomResourceDefinitions and definition sources, and writes',
    'one folder per group of definitions.',
    '--group g/v   only this group and what it refers to; may be repeated; v1 is the core group',
    '--check       write nothing; exit 1 and name the first difference when the output is not current',
    `--emit a,b    products: ${[...defaultProducts, ...optionalProducts].join(', ')}`,
    `              (default: ${defaultProducts.join(', ')})`,
    '--strict      faults of documents are errors (dangling references, ill-typed defaults …)',
    '--fixup id    apply a correction; one that changes nothing is an error; may be repeated',
    '--header h    "name: value" to send when an input is a URL; may be repeated',
    '--verbose     print remarks too, not only warnings',
  ],
  run: async (args, outlets) => {
    const read = readArguments(args, {
      input: 'many',
      group: 'many',
      out: 'one',
      check: 'flag',
      emit: 'many',
      strict: 'flag',
      fixup: 'many',
      header: 'many',
      verbose: 'flag',
    });
    const out = read.one('out');
    const inputs = read.many('input');
    if (inputs.length === 0) throw new UsageError('generate needs --input');
    if (out === undefined) throw new UsageError('generate needs --out');
    if (read.positionals.length > 0) {
      throw new UsageError(`generate takes no ${JSON.stringify(read.positionals[0])}`);
    }
    const bag = new DiagnosticBag();
    const groups = read.many('group');
    const named = await readInputs(inputs, { groups, headers: read.many('header') }, outlets, bag);
    bag.throwIfErrors();
    const report = await run({
      inputs: named.paths,
      loaded: (loading) => named.documents.flatMap((document) => loadDocument(document, loading)),
      groups,
      strict: read.flag('strict'),
      fixups: read.many('fixup'),
      out,
      ownedFolders: [''],
      check: read.flag('check'),
      products: readProducts(read.many('emit')),
    });
    const shown = report.diagnostics.filter(
      ({ severity }) => severity !== 'info' || read.flag('verbose'),
    );
    for (const diagnostic of shown) outlets.complain(formatDiagnostic(diagnostic));
    outlets.print(summary(report, shown));
    return 0;
  },
};

function readProducts(emit: readonly string[]): readonly Product[] {
  const names = emit.flatMap((list) => list.split(',')).filter((name) => name !== '');
  if (names.length === 0) return defaultProducts;
  const known: readonly Product[] = [...defaultProducts, ...optionalProducts];
  return names.map((name) => {
    const product = known.find((one) => one === name);
    if (product === undefined) throw new UsageError(`--emit knows no ${JSON.stringify(name)}`);
    return product;
  });
}

function summary(report: RunReport, shown: readonly Diagnostic[]): string {
  const { written, unchanged, deleted } = report;
  const warnings = shown.filter(({ severity }) => severity === 'warning').length;
  return `${written.length} written, ${unchanged.length} unchanged, ${deleted.length} deleted, ${warnings} warnings`;
}
