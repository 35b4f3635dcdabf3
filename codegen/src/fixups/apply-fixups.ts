import type { DiagnosticBag } from '../diagnostics.js';
import type { NormalisedApi, SchemaNode } from '../normalise/schema-node.js';
import type { Fixup, SchemaPlace } from './fixup.js';
import { builtInFixups } from './registry.js';

/** A correction that a configuration states as data: these keys of the schema at one place become those. */
export interface SchemaPatch {
  readonly id: string;
  readonly why: string;
  /** Full name of the definition. */
  readonly definition: string;
  readonly path: readonly string[];
  /** Keys to drop. */
  readonly drop?: readonly (keyof SchemaNode)[];
  /** Keys to set. */
  readonly set?: Partial<SchemaNode>;
}

/** A configuration's fixup: the id of a built-in one, or a patch. */
export type FixupChoice = string | SchemaPatch;

/** Applies the chosen fixups in order; unknown ids and fixups without effect are errors. */
export function applyFixups(
  api: NormalisedApi,
  choices: readonly FixupChoice[],
  bag: DiagnosticBag,
): NormalisedApi {
  let current = api;
  for (const choice of choices) {
    const fixup = findFixup(choice);
    if (fixup === undefined) {
      const source = { file: 'configuration', pointer: '/fixups' };
      bag.error('unknown-fixup', source, `no fixup is called ${JSON.stringify(choice)}`);
      continue;
    }
    const fixed = applyFixup(current, fixup);
    if (fixed === current) {
      const source = { file: 'configuration', pointer: '/fixups' };
      bag.error('fixup-without-effect', source, `fixup ${fixup.id} changed nothing`);
    }
    current = fixed;
  }
  return current;
}

function findFixup(choice: FixupChoice): Fixup | undefined {
  if (typeof choice === 'string') return builtInFixups.find(({ id }) => id === choice);
  return { id: choice.id, why: choice.why, change: (node, place) => patch(node, place, choice) };
}

function patch(node: SchemaNode, place: SchemaPlace, choice: SchemaPatch): SchemaNode {
  const here =
    place.definition === choice.definition &&
    place.path.length === choice.path.length &&
    place.path.every((step, index) => step === choice.path[index]);
  if (!here) return node;
  const dropped = new Set<string>(choice.drop);
  const kept = Object.fromEntries(Object.entries(node).filter(([key]) => !dropped.has(key)));
  const changed: SchemaNode = { ...kept, source: node.source, ...choice.set };
  return JSON.stringify(changed) === JSON.stringify(node) ? node : changed;
}

function applyFixup(api: NormalisedApi, fixup: Fixup): NormalisedApi {
  let changed = false;
  const walk = (node: SchemaNode, place: SchemaPlace): SchemaNode => {
    const inner = walkChildren(node, place, walk);
    const fixed = fixup.change(inner, place);
    if (fixed !== inner) changed = true;
    return fixed;
  };
  const definitions = api.definitions.map((definition) => ({
    ...definition,
    schema: walk(definition.schema, { definition: definition.name, path: [] }),
  }));
  return changed ? { ...api, definitions } : api;
}

function walkChildren(
  node: SchemaNode,
  place: SchemaPlace,
  walk: (child: SchemaNode, place: SchemaPlace) => SchemaNode,
): SchemaNode {
  const step = (name: string): SchemaPlace => ({ ...place, path: [...place.path, name] });
  const { properties, items, additional } = node;
  return {
    ...node,
    ...(properties === undefined
      ? {}
      : {
          properties: properties.map(({ name, schema }) => ({
            name,
            schema: walk(schema, step(name)),
          })),
        }),
    ...(items === undefined ? {} : { items: walk(items, step('[]')) }),
    ...(additional === undefined || additional === true
      ? {}
      : { additional: walk(additional, step('{}')) }),
  };
}
