import { assertNever } from '../model/api-model.js';
import type {
  ApiType,
  EnumType,
  Field,
  ObjectType,
  ScalarType,
  WellKnownType,
} from '../model/api-model.js';
import type { FileScope } from '../plan/planned.js';
import { docComment, maxWidth, memberName, quote } from './layout-text.js';

/** How types are printed: for values that are read, or for values that are sent on create. */
export interface TypePrinter {
  readonly scope: FileScope;
  readonly variant: 'read' | 'create';
  /** Whether a field may be left out. */
  readonly isOptional: (field: Field) => boolean;
}

/** The text of a type at a place: `indent` is the line's indentation, `column` where the text starts. */
export function printType(
  type: ApiType,
  printer: TypePrinter,
  indent: string,
  column: number,
): string {
  switch (type.type) {
    case 'object':
      return printObject(type, printer, indent);
    case 'list':
      return printList(type.item, printer, indent, column);
    case 'map':
      return printMap(type.value, printer, indent, column);
    case 'union':
      return breakUnion(
        distinct(type.members.map((member) => printType(member, printer, `${indent}  `, column))),
        indent,
        column,
      );
    case 'intersection':
      return distinct(
        type.members.map((member) => parenthesise(printType(member, printer, indent, column))),
      ).join(' & ');
    case 'enum':
      return breakUnion(enumMembers(type), indent, column);
    case 'reference':
      return referenceName(type.name, printer);
    case 'scalar':
      return printScalar(type.scalar);
    case 'well-known':
      return printWellKnown(type.shape);
    case 'unknown':
      return 'unknown';
    default:
      return assertNever(type);
  }
}

/** The members of an object type between its braces, one field after the other with its docs. */
export function printFields(
  fields: readonly Field[],
  printer: TypePrinter,
  indent: string,
  override: (field: Field) => string | undefined = () => undefined,
): string {
  return orderFields(fields)
    .map((field) => {
      const optional = printer.isOptional(field) ? '?' : '';
      const head = `${indent}${memberName(field.name)}${optional}: `;
      const text = override(field) ?? printFieldType(field, printer, indent, head.length);
      const broken = text.startsWith('\n') ? head.trimEnd() : head;
      return `${fieldDoc(field, indent)}${broken}${text};\n`;
    })
    .join('');
}

/** apiVersion, kind and metadata first, then by name. */
export function orderFields(fields: readonly Field[]): readonly Field[] {
  const first = ['apiVersion', 'kind', 'metadata'];
  const leading = first.flatMap((name) => fields.find((field) => field.name === name) ?? []);
  return [...leading, ...fields.filter((field) => !first.includes(field.name))];
}

function fieldDoc(field: Field, indent: string): string {
  return docComment(field.doc, indent, [
    ...(tellsDefault(field) ? [`@default ${JSON.stringify(field.default)}`] : []),
    ...(field.deprecated ? ['@deprecated'] : []),
  ]);
}

/** Zero values are in every document and tell nothing. */
function tellsDefault(field: Field): boolean {
  const { default: value } = field;
  if (value === undefined || value === null || value === '' || value === 0 || value === false) {
    return false;
  }
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

function printFieldType(
  field: Field,
  printer: TypePrinter,
  indent: string,
  column: number,
): string {
  const { type, nullable } = field;
  if (!nullable) return printType(type, printer, indent, column);
  // One object beside null stays on its line, as the formatter has it.
  if (type.type === 'object') return `${printObject(type, printer, indent)} | null`;
  const members =
    type.type === 'enum' ? enumMembers(type) : [printType(type, printer, indent, column)];
  return breakUnion(distinct([...members, 'null']), indent, column);
}

function printObject(type: ObjectType, printer: TypePrinter, indent: string): string {
  const inner = `${indent}  `;
  return `{\n${printFields(type.fields, printer, inner)}${printExtra(type, inner)}${indent}}`;
}

/** The index signature of an object that takes more fields than it names. */
export function printExtra(type: ObjectType, indent: string): string {
  // A signature has to fit every named field too, so the only honest type for the rest is unknown.
  return type.extra === 'none' ? '' : `${indent}[name: string]: unknown;\n`;
}

function printList(item: ApiType, printer: TypePrinter, indent: string, column: number): string {
  const text = printType(item, printer, indent, column + 1);
  if (text.startsWith('\n')) return `(${text}\n${indent})[]`;
  return `${needsParentheses(text) ? `(${text})` : text}[]`;
}

function printMap(value: ApiType, printer: TypePrinter, indent: string, column: number): string {
  const head = 'Record<string, ';
  const text = printType(value, printer, indent, column + head.length);
  if (!text.startsWith('\n')) return `${head}${text}>`;
  const deeper = printType(value, printer, indent, column + maxWidth);
  return `Record<\n${indent}  string,${deeper}\n${indent}>`;
}

function referenceName(definition: string, printer: TypePrinter): string {
  const { types, create } = printer.scope;
  const sent = printer.variant === 'create' ? create.get(definition) : undefined;
  const name = sent ?? types.get(definition);
  if (name === undefined) throw new TypeError(`${definition} has no name in ${printer.scope.path}`);
  return name;
}

function printScalar(scalar: ScalarType['scalar']): string {
  switch (scalar) {
    case 'string':
    case 'bytes':
      return 'string';
    case 'boolean':
      return 'boolean';
    default:
      return 'number';
  }
}

function printWellKnown(shape: WellKnownType['shape']): string {
  switch (shape) {
    case 'time':
    case 'micro-time':
    case 'duration':
      return 'string';
    case 'quantity':
    case 'int-or-string':
      return 'number | string';
    case 'raw-object':
    case 'field-set':
      return 'Record<string, unknown>';
    case 'embedded-object':
      return '{ apiVersion: string; kind: string } & Record<string, unknown>';
    case 'patch':
      return 'Record<string, unknown> | Record<string, unknown>[]';
    case 'json':
      return 'unknown';
    default:
      return assertNever(shape);
  }
}

function enumMembers(type: EnumType): readonly string[] {
  const members = type.values.map((value) =>
    typeof value === 'string' ? quote(value) : JSON.stringify(value),
  );
  // `string & {}` keeps the known values in completion lists while any string is taken.
  return type.open ? [...members, '(string & {})'] : members;
}

/** `A | B` on one line when it fits, else on a line of its own, else one member per line. */
function breakUnion(members: readonly string[], indent: string, column: number): string {
  const flat = members.join(' | ');
  if (members.length === 1 || (!flat.includes('\n') && column + flat.length + 1 <= maxWidth)) {
    return flat;
  }
  const fitsBelow = !flat.includes('\n') && indent.length + flat.length + 3 <= maxWidth;
  if (fitsBelow) return `\n${indent}  ${flat}`;
  return members.map((member) => `\n${indent}  | ${member}`).join('');
}

function needsParentheses(text: string): boolean {
  return /^[^{<]*[|&]/.test(text) || text.startsWith('{ apiVersion') || /[>}] [|&] /.test(text);
}

function parenthesise(text: string): string {
  return / \| /.test(text) && !text.startsWith('{') ? `(${text})` : text;
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
