import type { ApiType } from './api-model.js';

/** Names of the types a type mentions, in the order met. */
export function referencesOf(type: ApiType): readonly string[] {
  switch (type.type) {
    case 'reference':
      return [type.name];
    case 'object':
      return [
        ...type.fields.flatMap((field) => referencesOf(field.type)),
        ...(typeof type.extra === 'string' ? [] : referencesOf(type.extra)),
      ];
    case 'list':
      return referencesOf(type.item);
    case 'map':
      return referencesOf(type.value);
    case 'union':
    case 'intersection':
      return type.members.flatMap(referencesOf);
    case 'enum':
    case 'scalar':
    case 'well-known':
    case 'unknown':
      return [];
  }
}
