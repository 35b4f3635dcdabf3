import { assertNever } from '../model/api-model.js';
import type { ApiModel, ApiType, Field, ScalarType, TypeDeclaration } from '../model/api-model.js';
import type { WireTypeFacts, WireTypesLayout } from '../plan/layout.js';
import { specifierOf } from '../plan/imports.js';
import { banner } from './emitted-file.js';
import type { Emitter } from './emitted-file.js';
import { joinParts, maxWidth, propertyName, quote } from './layout-text.js';

/**
 * The table of wire types: what a server needs to read a body as strictly or leniently as asked, to
 * merge patches and to track who owns what, as data. Most of it follows from the definitions; what only
 * the server's own types tell comes from the facts in the layout.
 */
export const emitWireTypes: Emitter = (model, plan) => {
  const layout = plan.layout.wireTypes;
  if (layout === undefined) return [];
  const table = new WireTable(model, layout);
  const specifier = specifierOf(layout.file, layout.declarations, plan.layout);
  const rows = Object.entries(layout.facts).map(([name, facts]) => table.printStruct(name, facts));
  const body = rows.join('');
  const text = joinParts([
    banner(layout.source),
    `import type { TypeRef, TypeTable } from ${quote(specifier)};`,
    helpers
      .filter(([name]) => new RegExp(`\\b${name}\\b`).test(body))
      .map(([, line]) => line)
      .join('\n'),
    `/** The structs of the API, in the order in which the server writes their fields. */\nexport const TYPE_TABLE: TypeTable = {\n${body}${table.printEmpty()}};`,
  ]);
  return [{ path: layout.file, text }];
};

/** Short words for the references of the table, and how each is made. */
const helpers: readonly (readonly [string, string])[] = [
  ['text', `const text: TypeRef = { type: 'scalar', scalar: 'string' };`],
  ['bool', `const bool: TypeRef = { type: 'scalar', scalar: 'bool' };`],
  ['int32', `const int32: TypeRef = { type: 'scalar', scalar: 'int32' };`],
  ['int64', `const int64: TypeRef = { type: 'scalar', scalar: 'int64' };`],
  ['time', `const time: TypeRef = { type: 'scalar', scalar: 'time' };`],
  ['bytes', `const bytes: TypeRef = { type: 'scalar', scalar: 'bytes' };`],
  ['raw', `const raw: TypeRef = { type: 'raw' };`],
  [
    'named',
    `const named = (goType: string): TypeRef => ({ type: 'scalar', scalar: 'string', goType });`,
  ],
  ['struct', `const struct = (name: string): TypeRef => ({ type: 'struct', name });`],
  ['list', `const list = (items: TypeRef): TypeRef => ({ type: 'list', items });`],
  ['map', `const map = (values: TypeRef): TypeRef => ({ type: 'map', values });`],
];

/** The struct without fields, which some maps have as their values. */
const emptyName = 'Nothing';

class WireTable {
  readonly #types: ReadonlyMap<string, TypeDeclaration>;
  readonly #facts: WireTypesLayout['facts'];
  /** Keys by which some list of the table finds its items, as `definition.field`. */
  readonly #keys: ReadonlySet<string>;

  constructor(model: ApiModel, layout: WireTypesLayout) {
    this.#types = new Map(model.types.map((type) => [type.name, type]));
    this.#facts = layout.facts;
    this.#keys = new Set(
      Object.keys(layout.facts).flatMap((name) => listKeys(this.#types.get(name))),
    );
  }

  printStruct(name: string, facts: WireTypeFacts): string {
    const declaration = this.#types.get(name);
    if (declaration?.body.type !== 'object')
      throw new TypeError(`${name} is no object of the model`);
    const { fields, mapType } = declaration.body;
    const wanted = [...facts.order].sort().join(' ');
    const there = fields
      .map((field) => field.name)
      .sort()
      .join(' ');
    if (wanted !== there)
      throw new TypeError(`${name}: the order names ${wanted}, the definition ${there}`);
    const rows = facts.order.flatMap((fieldName) => {
      const field = fields.find((one) => one.name === fieldName);
      return field === undefined ? [] : [this.#printField(declaration, field, facts)];
    });
    const atomic = mapType === 'atomic' ? '    atomic: true,\n' : '';
    const type = facts.type ?? `v1.${declaration.shortName}`;
    const head = `  ${propertyName(this.#tableName(name))}: {\n    goType: ${quote(type)},\n${atomic}`;
    return `${head}${printRows(rows)}  },\n`;
  }

  /** The row of the struct without fields, when a map needs it. */
  printEmpty(): string {
    const needed = Object.values(this.#facts).some((facts) => (facts.empty ?? []).length > 0);
    return needed ? `  ${emptyName}: { goType: 'struct {}', fields: [] },\n` : '';
  }

  #tableName(definition: string): string {
    const declaration = this.#types.get(definition);
    return this.#facts[definition]?.as ?? declaration?.shortName ?? definition;
  }

  #printField(owner: TypeDeclaration, field: Field, facts: WireTypeFacts): readonly string[] {
    const { name } = field;
    const embedded = facts.embedded?.[name];
    const isKey = this.#keys.has(`${owner.name}.${name}`);
    return [
      `name: ${quote(name)}`,
      `ref: ${this.#printRef(field, facts)}`,
      `unset: ${quote(unsetForm(field))}`,
      ...(facts.pointers?.includes(name) === true ? ['pointer: true'] : []),
      ...this.#mergeParts(field),
      ...(facts.heldAsMap?.includes(name) === true ? ['heldAsMap: true'] : []),
      ...(isKey && typeof field.default === 'string' ? [`default: ${quote(field.default)}`] : []),
      ...(embedded === undefined ? [] : [`embeddedVersionField: ${quote(embedded)}`]),
    ];
  }

  #printRef(field: Field, facts: WireTypeFacts): string {
    const named = facts.named?.[field.name];
    if (named !== undefined) return `named(${quote(named)})`;
    if (facts.empty?.includes(field.name) === true) return `map(struct(${quote(emptyName)}))`;
    return this.#refOf(field.type);
  }

  #refOf(type: ApiType): string {
    switch (type.type) {
      case 'reference': {
        const body = this.#types.get(type.name)?.body;
        return body?.type === 'object'
          ? `struct(${quote(this.#tableName(type.name))})`
          : body === undefined
            ? 'raw'
            : this.#refOf(body);
      }
      case 'list':
        return `list(${this.#refOf(type.item)})`;
      case 'map':
        return `map(${this.#refOf(type.value)})`;
      case 'scalar':
        return scalarWord(type.scalar);
      case 'enum':
        return 'text';
      case 'well-known':
        return type.shape === 'time' || type.shape === 'micro-time' ? 'time' : 'raw';
      case 'object':
      case 'union':
      case 'intersection':
      case 'unknown':
        return 'raw';
      default:
        return assertNever(type);
    }
  }

  #mergeParts(field: Field): readonly string[] {
    const { type, merge } = field;
    const patch =
      merge === undefined
        ? []
        : [`patch: ${quote(merge.strategy.includes('merge') ? 'merge' : 'replace')}`];
    if (type.type !== 'list') return patch;
    const key = type.listType === 'map' ? type.keys[0] : merge?.key;
    if (key !== undefined) return [`list: 'keyed'`, `key: ${quote(key)}`, ...patch];
    const isSet =
      type.listType === 'set' || (type.listType === undefined && merge?.strategy === 'merge');
    return [isSet ? `list: 'set'` : `list: 'atomic'`, ...patch];
  }
}

function listKeys(declaration: TypeDeclaration | undefined): readonly string[] {
  if (declaration?.body.type !== 'object') return [];
  return declaration.body.fields.flatMap(({ type, merge }) => {
    if (type.type !== 'list' || type.item.type !== 'reference') return [];
    const { name } = type.item;
    const keys = type.listType === 'map' ? type.keys : merge?.key === undefined ? [] : [merge.key];
    return keys.map((key) => `${name}.${key}`);
  });
}

function unsetForm(field: Field): 'zero' | 'null' | 'omit' {
  switch (field.wire) {
    case 'always':
      return 'zero';
    case 'null':
      return 'null';
    default:
      return 'omit';
  }
}

function scalarWord(scalar: ScalarType['scalar']): string {
  switch (scalar) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'bool';
    case 'bytes':
    case 'int32':
    case 'int64':
      return scalar;
    default:
      return 'int64';
  }
}

/** The rows of a struct: one line each while it fits; a single row stays on the line of its list. */
function printRows(rows: readonly (readonly string[])[]): string {
  const [only] = rows;
  const flat = only === undefined ? '' : `    fields: [{ ${only.join(', ')} }],\n`;
  if (rows.length === 0) return '    fields: [],\n';
  if (rows.length === 1 && flat.length - 1 <= maxWidth) return flat;
  const lines = rows.map((parts) => {
    const line = `      { ${parts.join(', ')} },\n`;
    if (line.length - 1 <= maxWidth) return line;
    return `      {\n${parts.map((part) => `        ${part},\n`).join('')}      },\n`;
  });
  return `    fields: [\n${lines.join('')}    ],\n`;
}
