import { posix } from 'node:path';
import { compareText } from '../../json.js';
import type { TypeDeclaration } from '../../model/api-model.js';
import { referencesOf } from '../../model/references.js';
import { specifierOf } from '../../plan/imports.js';
import type { Plan, PlannedModule, PlannedType } from '../../plan/planned.js';
import { banner } from '../emitted-file.js';
import type { EmittedFile, Emitter } from '../emitted-file.js';
import { importLine, joinParts, literal } from '../layout-text.js';
import { compileTypes } from './compile.js';
import { fieldTable } from './field-table.js';

/**
 * Compiled schema checks: per module of the plan one `shared.js` with a function per type that its
 * kinds reach, and one small module per kind, so that a bundle holds what its kinds need and no more.
 */
export const emitValidators: Emitter = async (_model, plan) => {
  const files: EmittedFile[] = [];
  for (const module of plan.modules) {
    const folder = module.layout.files.validators;
    if (folder === undefined) continue;
    const kinds = module.types.filter(({ declaration }) => declaration.role !== 'plain');
    if (kinds.length === 0) continue;
    const reached = reachedTypes(kinds, plan);
    const names = functionNames(reached, plan, kinds);
    files.push(...(await sharedFiles(folder, module, reached, names, plan)));
    files.push(...kinds.flatMap((kind) => kindFiles(folder, module, kind, names)));
  }
  return files;
};

function reachedTypes(kinds: readonly PlannedType[], plan: Plan): readonly TypeDeclaration[] {
  const found = new Set(kinds.map(({ declaration }) => declaration.name));
  for (const name of found) {
    const declaration = plan.types.get(name)?.declaration;
    if (declaration !== undefined) for (const ref of referencesOf(declaration.body)) found.add(ref);
  }
  return [...found].sort(compareText).flatMap((name) => plan.types.get(name)?.declaration ?? []);
}

/** `validateX` per type; a name that two packages share is told apart by the module it is from. */
function functionNames(
  types: readonly TypeDeclaration[],
  plan: Plan,
  kinds: readonly PlannedType[],
): ReadonlyMap<string, string> {
  const taken = new Set(kinds.map(({ name }) => name.toLowerCase()));
  const own = new Set(kinds.map(({ declaration }) => declaration.name));
  return new Map(
    types.map((type) => {
      const name = plan.types.get(type.name)?.name ?? type.shortName;
      if (own.has(type.name)) return [type.name, `validate${name}`];
      let free = name;
      for (let count = 2; taken.has(free.toLowerCase()); count += 1) free = `${name}${count}`;
      taken.add(free.toLowerCase());
      return [type.name, `validate${free}`];
    }),
  );
}

async function sharedFiles(
  folder: string,
  module: PlannedModule,
  types: readonly TypeDeclaration[],
  names: ReadonlyMap<string, string>,
  plan: Plan,
): Promise<readonly EmittedFile[]> {
  const compiled = await compileTypes(types, (definition) => names.get(definition) ?? '');
  const path = `${folder}/shared.js`;
  const checks = [...new Set(compiled.flatMap((type) => type.checks))].sort(compareText);
  const imports = {
    specifier: runtimeSpecifier(path, plan, 'formats'),
    names: checks.map((name) => ({ name, as: name })),
  };
  const head = checks.length === 0 ? '' : importLine(imports, 'import');
  const code = joinParts([
    banner(module.layout.document),
    contract,
    head,
    ...compiled.map(({ code: text }) => `export ${text}`),
  ]);
  const declarations = joinParts([
    banner(module.layout.document),
    `import type { SchemaValidator } from '${runtimeSpecifier(path, plan, 'schema-error')}';`,
    `export type { SchemaError, SchemaValidator } from '${runtimeSpecifier(path, plan, 'schema-error')}';`,
    ...compiled.map(({ functionName }) => `export declare const ${functionName}: SchemaValidator;`),
  ]);
  return [
    { path, text: code },
    { path: `${folder}/shared.d.ts`, text: declarations },
    fieldTableFile(folder, module, types, names, plan),
  ];
}

function fieldTableFile(
  folder: string,
  module: PlannedModule,
  types: readonly TypeDeclaration[],
  names: ReadonlyMap<string, string>,
  plan: Plan,
): EmittedFile {
  const path = `${folder}/field-table.ts`;
  const nameOf = (definition: string): string =>
    names.get(definition)?.slice('validate'.length) ?? '';
  const table = literal(fieldTable(types, nameOf), '', 0);
  const specifier = runtimeSpecifier(path, plan, 'strict');
  return {
    path,
    text: joinParts([
      banner(module.layout.document),
      `import type { FieldTable } from '${specifier}';`,
      `/** The fields of every type, for the strict check. */\nexport const fields: FieldTable = ${table};`,
    ]),
  };
}

/** A module of the hand-written runtime: below a folder of the same output, or of an installed package. */
function runtimeSpecifier(path: string, plan: Plan, name: string): string {
  const folder = plan.layout.runtime?.validators ?? '@imagestream/validators/runtime';
  if (folder.startsWith('@')) return `${folder}/${name}`;
  return specifierOf(path, `${folder}/${name}.ts`, plan.layout);
}

function kindFiles(
  folder: string,
  module: PlannedModule,
  kind: PlannedType,
  names: ReadonlyMap<string, string>,
): readonly EmittedFile[] {
  const name = names.get(kind.declaration.name) ?? '';
  const path = `${folder}/${kind.name}.js`;
  const line = `export { ${name} } from './${posix.basename('shared.js')}';`;
  const doc = `/** True when a value has the shape of ${article(kind.name)} ${kind.name}, as the API server's decoder takes it; else \`errors\` says where not. */`;
  return [
    { path, text: joinParts([banner(module.layout.document), line]) },
    {
      path: `${folder}/${kind.name}.d.ts`,
      text: joinParts([
        banner(module.layout.document),
        `import type { SchemaValidator } from './shared.js';`,
        `${doc}\nexport declare const ${name}: SchemaValidator;\n\nexport type { SchemaError, SchemaValidator } from './shared.js';`,
      ]),
    },
  ];
}

function article(name: string): string {
  return /^[AEIOU]/.test(name) ? 'an' : 'a';
}

const contract = `// Compiled by Ajv, standalone. The contract:
//
// validateX(data) is true when every property the definition of X names has the type it should have;
// what an API server's decoder would refuse is refused, and what it takes is taken: null stands for the
// zero value of anything (also of X itself), properties that are not named are ignored, nothing is
// required. Times, base64 texts and the ranges of int32 and int64 are checked.
//
// When it is false, validateX.errors holds every error found, in Ajv's shape: instancePath is a JSON
// pointer to the value, keyword is "type" (params.type: what would be taken) or "format" (params.format:
// date-time, micro-time, byte, int32, int64, duration or quantity). It is null when the last call was true.
// Nothing is thrown, the data is not changed.`;
