import type { OpenAPI3 } from 'openapi-typescript';
import { objectOf } from '../json.js';
import type { ApiDocument } from '../model/api-model.js';
import { specifierOf } from '../plan/imports.js';
import type { Plan, PlannedModule } from '../plan/planned.js';
import { banner } from './emitted-file.js';
import type { EmittedFile, Emitter } from './emitted-file.js';
import { importLines, joinParts } from './layout-text.js';

/**
 * The `paths` type of the module's document, for users of openapi-fetch and its like. This is the only
 * file that knows openapi-typescript, which is at the end of its life: what replaces it replaces this
 * file. Schemas are not printed a second time; they are imported from the generated types.
 */
export const emitOpenApiPaths: Emitter = async (model, plan) => {
  const files: EmittedFile[] = [];
  for (const module of plan.modules) {
    const path = module.layout.files.paths;
    const document = model.documents.find(
      ({ format, document: root }) => format === 'v3' && holdsModule(root, module),
    );
    if (path === undefined || document === undefined) continue;
    files.push({ path, text: await printPaths(path, document, module, plan) });
  }
  return files;
};

/** The per-group document of a module has paths and the module's own definitions. */
function holdsModule(root: ApiDocument['document'], module: PlannedModule): boolean {
  const schemas = objectOf(objectOf(root, 'components') ?? {}, 'schemas') ?? {};
  return module.resources.some(({ resource }) => Object.hasOwn(schemas, resource.object));
}

async function printPaths(
  path: string,
  document: ApiDocument,
  module: PlannedModule,
  plan: Plan,
): Promise<string> {
  const schemas = objectOf(objectOf(document.document, 'components') ?? {}, 'schemas') ?? {};
  const names = Object.keys(schemas).sort();
  // Loaded here, because most runs print no paths and loading a compiler takes its time.
  const { default: openapiTS, astToString } = await import('openapi-typescript');
  const { default: ts } = await import('typescript');
  // A copy: the model is frozen, and the library writes into what it is given.
  const copy = structuredClone(document.document) as unknown as OpenAPI3; // A v3 document, by its format.
  const prefix = '#/components/schemas/';
  const nodes = await openapiTS(copy, {
    alphabetize: true,
    defaultNonNullable: false,
    silent: true,
    transform: (_schema, { path: at }) => {
      const name = at?.startsWith(prefix) === true ? at.slice(prefix.length) : '';
      const type = plan.types.get(name);
      return type === undefined
        ? undefined
        : ts.factory.createTypeReferenceNode(localName(name, plan));
    },
  });
  const text = astToString(nodes).split('\n').map(layOut).join('\n');
  return joinParts([
    banner(module.layout.document),
    importLines(importsOf(path, names, plan)),
    text,
  ]);
}

/** A line as the formatter has it: two spaces a step, single quotes, none around plain names. */
function layOut(line: string): string {
  const body = line.trimStart();
  const indent = ' '.repeat(Math.floor((line.length - body.length) / 2));
  if (body.startsWith('*')) return `${indent} ${body}`;
  if (body.startsWith('/**')) return `${indent}${body}`;
  const quoted = body.replaceAll(/"([^"'\\]*)"/g, "'$1'");
  return indent + quoted.replace(/^'([A-Za-z_$][\w$]*)'(?=\??:)/, '$1');
}

/** Types of the document keep their names; two of one name get the module's before them. */
function localName(definition: string, plan: Plan): string {
  const type = plan.types.get(definition);
  if (type === undefined) throw new TypeError(`${definition} is not in the plan`);
  return type.name;
}

function importsOf(
  path: string,
  definitions: readonly string[],
  plan: Plan,
): Parameters<typeof importLines>[0] {
  const bySpecifier = new Map<string, Set<string>>();
  for (const module of plan.modules) {
    const file = module.layout.files.types;
    if (file === undefined) continue;
    const names = module.types
      .filter(({ declaration }) => definitions.includes(declaration.name))
      .map(({ name }) => name);
    const specifier = specifierOf(path, file, plan.layout);
    const known = bySpecifier.get(specifier) ?? new Set<string>();
    for (const name of names) known.add(name);
    if (known.size > 0) bySpecifier.set(specifier, known);
  }
  return [...bySpecifier].map(([specifier, names]) => ({
    specifier,
    names: [...names].sort().map((name) => ({ name, as: name })),
  }));
}
