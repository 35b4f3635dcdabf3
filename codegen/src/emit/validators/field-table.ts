import type { ApiType, TypeDeclaration } from '../../model/api-model.js';

/** The words of a field table: what the strict check has to look into, by type and field. */
export type FieldWords = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * The field table of some types, under the names given. Types that are maps or scalars by themselves
 * have no fields and are written where they are used.
 */
export function fieldTable(
  types: readonly TypeDeclaration[],
  nameOf: (definition: string) => string,
): FieldWords {
  const bodies = new Map(types.map((type) => [type.name, type.body]));
  const entries = types.flatMap((type): readonly (readonly [string, FieldWords[string]])[] => {
    // An object that keeps what it is given has no unknown fields.
    if (type.body.type !== 'object' || type.body.extra !== 'none') return [];
    const fields = type.body.fields.map((field): readonly [string, string] => [
      field.name,
      wordOf(field.type, bodies, nameOf),
    ]);
    return [[nameOf(type.name), Object.fromEntries(fields)]];
  });
  return Object.fromEntries(entries);
}

function wordOf(
  type: ApiType,
  bodies: ReadonlyMap<string, ApiType>,
  nameOf: (definition: string) => string,
): string {
  switch (type.type) {
    case 'reference': {
      const body = bodies.get(type.name);
      if (body === undefined) return '';
      return body.type === 'object' ? nameOf(type.name) : wordOf(body, bodies, nameOf);
    }
    case 'list': {
      const item = innerWord(wordOf(type.item, bodies, nameOf));
      if (type.listType === 'map') return `[${type.keys.join(',')}]${item}`;
      if (type.listType === 'set') return '[=]';
      return item === '' ? '' : `[]${item}`;
    }
    case 'map': {
      const value = innerWord(wordOf(type.value, bodies, nameOf));
      return value === '' ? '' : `{}${value}`;
    }
    default:
      return '';
  }
}

/** Lists of lists and maps of lists are looked at no deeper than one level. */
function innerWord(word: string): string {
  return word.startsWith('[') || word.startsWith('{') ? '' : word;
}
