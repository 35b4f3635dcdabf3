import type { DiagnosticBag } from '../diagnostics.js';
import { compareText, sortKeys } from '../json.js';
import type { JsonValue } from '../json.js';
import type { RawDefinition, RawDocument, RawInput } from '../load/raw-input.js';
import { checkDefinitions } from './check-definitions.js';
import { NormaliseContext } from './context.js';
import { readOperation } from './read-operation.js';
import { readSchema } from './read-schema.js';
import type { DefinitionNode, NormalisedApi } from './schema-node.js';

/** How faults of the inputs are taken. */
export interface NormaliseOptions {
  /** Every fault is an error, in documents of others too. Definition sources are always read so. */
  readonly strict?: boolean;
}

/**
 * Gives all inputs one grammar and one order. The result is the same for every order of keys and
 * definitions in the inputs. A definition that several inputs share is kept once; when two differ,
 * the first input's is kept and both places are reported.
 */
export function normalise(
  inputs: readonly RawInput[],
  bag: DiagnosticBag,
  options: NormaliseOptions = {},
): NormalisedApi {
  const strict = options.strict ?? false;
  const definitions = new Map<string, Kept>();
  for (const input of inputs) {
    const context = new NormaliseContext(bag, { strict: strict || input.format === 'spec-folder' });
    for (const raw of input.definitions) addDefinition(definitions, raw, input, context);
  }
  const nodes = [...definitions.values()]
    .map(({ node }) => node)
    .sort((a, b) => compareText(a.name, b.name));
  const sources = inputs.some((input) => input.format === 'spec-folder');
  return {
    definitions: checkDefinitions(nodes, new NormaliseContext(bag, { strict: strict || sources })),
    operations: inputs
      .flatMap((input) => input.operations)
      .map(readOperation)
      .sort((a, b) => compareText(a.path, b.path) || compareText(a.method, b.method)),
    resources: inputs
      .flatMap((input) => input.resources)
      .sort((a, b) =>
        compareText(`${a.group}/${a.version}/${a.name}`, `${b.group}/${b.version}/${b.name}`),
      ),
    documents: inputs.flatMap(documentsOf).sort((a, b) => compareText(a.path, b.path)),
  };
}

function documentsOf(input: RawInput): readonly RawDocument[] {
  const { v2, v3, all } = input.documents ?? {};
  if (all !== undefined) return all;
  return [v2, v3].flatMap((document) =>
    document === undefined ? [] : [{ path: input.id, document }],
  );
}

interface Kept {
  readonly node: DefinitionNode;
  readonly raw: RawDefinition;
  readonly input: RawInput;
}

function addDefinition(
  kept: Map<string, Kept>,
  raw: RawDefinition,
  input: RawInput,
  context: NormaliseContext,
): void {
  const before = kept.get(raw.name);
  if (before === undefined) {
    const dot = raw.name.lastIndexOf('.');
    const node = {
      name: raw.name,
      packageName: raw.name.slice(0, Math.max(dot, 0)),
      shortName: raw.name.slice(dot + 1),
      schema: readSchema(raw.schema, raw.origin, context),
      document: input.id,
    };
    kept.set(raw.name, { node, raw, input });
    return;
  }
  if (before.input !== input && sameJson(before.raw.schema, raw.schema)) return;
  const first = `${before.raw.origin.file}#${before.raw.origin.pointer}`;
  context.complain('duplicate-definition', raw.origin, `${raw.name} stands already at ${first}`);
}

function sameJson(a: JsonValue, b: JsonValue): boolean {
  return JSON.stringify(sortKeys(a)) === JSON.stringify(sortKeys(b));
}
