import { makeIsOptionalOnCreate } from '../plan/create-types.js';
import type { IsOptionalOnCreate } from '../plan/create-types.js';
import type { FileScope } from '../plan/planned.js';
import type { PlannedType } from '../plan/planned.js';
import { banner, emitPerModule } from './emitted-file.js';
import type { Emitter } from './emitted-file.js';
import { docComment, importLines, joinParts, maxWidth, scopeOf } from './layout-text.js';
import { printExtra, printFields, printType } from './print-type.js';
import type { TypePrinter } from './print-type.js';
import { kindLiterals } from './types.js';

/** What create accepts: apiVersion and kind may be left out, status is not there, defaults are optional. */
export const emitCreateTypes: Emitter = (model, plan) => {
  const isOptional = makeIsOptionalOnCreate(model.types);
  return emitPerModule(
    plan,
    (module) => module.layout.files.create,
    (module, path) => {
      const scope = scopeOf(plan.files, path);
      const declarations = module.types.flatMap((type) =>
        type.createName === undefined
          ? []
          : [printDeclaration(type, type.createName, scope, isOptional)],
      );
      // A module that creates nothing is still a module.
      const parts = declarations.length === 0 ? ['export {};'] : declarations;
      return joinParts([banner(module.layout.document), importLines(scope.imports), ...parts]);
    },
  );
};

function printDeclaration(
  type: PlannedType,
  name: string,
  scope: FileScope,
  isOptional: IsOptionalOnCreate,
): string {
  const { declaration } = type;
  const { body } = declaration;
  const printer: TypePrinter = { scope, variant: 'create', isOptional };
  const doc = docComment(createDoc(type), '');
  if (body.type !== 'object') {
    const head = `export type ${name} =`;
    const text = printType(body, printer, '', head.length + 1);
    const long = !text.includes('\n') && head.length + text.length + 2 > maxWidth;
    return `${doc}${head}${text.startsWith('\n') ? '' : long ? '\n  ' : ' '}${text};`;
  }
  const fields =
    declaration.role === 'kind'
      ? body.fields.filter((field) => field.name !== 'status')
      : body.fields;
  const literals = kindLiterals(declaration);
  const always: TypePrinter = {
    ...printer,
    isOptional: (field) =>
      isOptional(field) && !(field.name === 'metadata' && declaration.role === 'kind'),
  };
  const text = printFields(fields, always, '  ', (field) => literals.get(field.name));
  return `${doc}export interface ${name} {\n${text}${printExtra(body, '  ')}}`;
}

function createDoc(type: PlannedType): string {
  return type.declaration.role === 'kind'
    ? `What creating ${type.name} objects takes: apiVersion and kind are known, status is the server's.`
    : `${type.name} in an object that is created: what the server fills in may be left out.`;
}
