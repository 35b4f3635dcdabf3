import type { TypeDeclaration } from '../model/api-model.js';
import type { FileScope } from '../plan/planned.js';
import type { PlannedType } from '../plan/planned.js';
import { banner, emitPerModule } from './emitted-file.js';
import type { Emitter } from './emitted-file.js';
import { docComment, importLines, joinParts, maxWidth, quote, scopeOf } from './layout-text.js';
import { printExtra, printFields, printType } from './print-type.js';
import type { TypePrinter } from './print-type.js';

/** One module of interfaces per group of definitions: what the API sends, as it sends it. */
export const emitTypes: Emitter = (_model, plan) =>
  emitPerModule(
    plan,
    (module) => module.layout.files.types,
    (module, path) => {
      const scope = scopeOf(plan.files, path);
      return joinParts([
        banner(module.layout.document),
        importLines(scope.imports),
        ...module.types.map((type) => printDeclaration(type, scope)),
      ]);
    },
  );

function printDeclaration(type: PlannedType, scope: FileScope): string {
  const { declaration, name } = type;
  const { body } = declaration;
  const doc = docComment(declaration.doc, '', declaration.deprecated ? ['@deprecated'] : []);
  const printer: TypePrinter = { scope, variant: 'read', isOptional: (field) => !field.required };
  if (body.type === 'object') {
    return `${doc}export interface ${name} {\n${printMembers(declaration, printer)}}`;
  }
  const head = `export type ${name} = `;
  const text = printType(body, printer, '', head.length);
  if (text.startsWith('\n')) return `${doc}${head.trimEnd()}${text};`;
  // The formatter moves a text that does not fit behind the sign to a line of its own.
  const long = !text.includes('\n') && head.length + text.length + 1 > maxWidth;
  return `${doc}${head.trimEnd()}${long ? '\n  ' : ' '}${text};`;
}

function printMembers(declaration: TypeDeclaration, printer: TypePrinter): string {
  const { body } = declaration;
  if (body.type !== 'object') return '';
  const literals = kindLiterals(declaration);
  const always: TypePrinter = {
    ...printer,
    isOptional: (field) =>
      !field.required && !(declaration.role !== 'plain' && isTypeMeta(field.name)),
  };
  const fields = printFields(body.fields, always, '  ', (field) => literals.get(field.name));
  return fields + printExtra(body, '  ');
}

/** Every object of a kind carries these, although no document calls them required. */
function isTypeMeta(name: string): boolean {
  return name === 'apiVersion' || name === 'kind' || name === 'metadata';
}

/** apiVersion and kind as literals, where the definition stands for exactly one kind. */
export function kindLiterals(declaration: TypeDeclaration): ReadonlyMap<string, string> {
  const [gvk, ...others] = declaration.groupVersionKinds;
  if (gvk === undefined || others.length > 0) return new Map();
  return new Map([
    ['apiVersion', quote(gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`)],
    ['kind', quote(gvk.kind)],
  ]);
}
