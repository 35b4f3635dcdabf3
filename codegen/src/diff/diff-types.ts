import type { SourcePointer } from '../diagnostics.js';
import { jsonOf } from '../json.js';
import type { ApiType, EnumType, Field, ListType, ObjectType } from '../model/api-model.js';
import type { Change, ChangeCode } from './change.js';

/** What two types are compared as. */
interface Place {
  readonly subject: string;
  readonly source: SourcePointer;
}

/** The differences between two types at one place, down to the last field. */
export function diffTypes(before: ApiType, after: ApiType, place: Place): readonly Change[] {
  if (before.type === 'object' && after.type === 'object') return diffObjects(before, after, place);
  if (before.type === 'list' && after.type === 'list') return diffLists(before, after, place);
  if (before.type === 'map' && after.type === 'map') {
    const inner = { ...place, subject: `${place.subject}{}` };
    return [
      ...diffTypes(before.value, after.value, inner),
      ...diffMerge(before.mapType, after.mapType, place),
    ];
  }
  if (before.type === 'enum' && after.type === 'enum') return diffEnums(before, after, place);
  if (describe(before) === describe(after)) return diffConstraints(before, after, place);
  return [
    change('breaking', 'type-changed', place, `was ${describe(before)} and is ${describe(after)}`),
  ];
}

function diffObjects(before: ObjectType, after: ObjectType, place: Place): readonly Change[] {
  const now = new Map(after.fields.map((field) => [field.name, field]));
  const then = new Set(before.fields.map((field) => field.name));
  const kept = before.fields.flatMap((field): readonly Change[] => {
    const inner = { subject: `${place.subject}.${field.name}`, source: field.source };
    const next = now.get(field.name);
    if (next === undefined) return [change('breaking', 'field-removed', inner, 'is gone')];
    return diffFields(field, next, { ...inner, source: next.source });
  });
  const added = after.fields
    .filter((field) => !then.has(field.name))
    .map((field) => {
      const inner = { subject: `${place.subject}.${field.name}`, source: field.source };
      return field.required
        ? change('breaking', 'field-added', inner, 'is new and required')
        : change('additive', 'field-added', inner, 'is new');
    });
  return [...kept, ...added, ...diffMerge(before.mapType, after.mapType, place)];
}

function diffFields(before: Field, after: Field, place: Place): readonly Change[] {
  const changes: Change[] = [...diffTypes(before.type, after.type, place)];
  const say = (...[impact, code, message]: [Change['impact'], ChangeCode, string]): void => {
    changes.push(change(impact, code, place, message));
  };
  if (!before.required && after.required) say('breaking', 'field-required', 'must be given now');
  // A reader that relied on it being there no longer can.
  if (before.required && !after.required) say('breaking', 'field-optional', 'may be absent now');
  if (!before.nullable && after.nullable) say('breaking', 'null-allowed', 'may be null now');
  if (before.nullable && !after.nullable) say('additive', 'null-refused', 'is never null now');
  if (jsonOf(before.default) !== jsonOf(after.default)) {
    say(
      'breaking',
      'default-changed',
      `default was ${jsonOf(before.default)} and is ${jsonOf(after.default)}`,
    );
  }
  if (jsonOf(before.merge) !== jsonOf(after.merge)) {
    say(
      'breaking',
      'merge-changed',
      `was merged as ${jsonOf(before.merge)} and is as ${jsonOf(after.merge)}`,
    );
  }
  if (!before.deprecated && after.deprecated) say('additive', 'deprecated', 'is deprecated');
  if (before.doc !== after.doc) say('docs', 'doc-changed', 'description');
  return changes;
}

function diffLists(before: ListType, after: ListType, place: Place): readonly Change[] {
  const inner = { ...place, subject: `${place.subject}[]` };
  const merge = (list: ListType): string => jsonOf([list.listType ?? 'none', ...list.keys]);
  return [
    ...diffTypes(before.item, after.item, inner),
    ...diffMerge(merge(before), merge(after), place),
    ...diffConstraints(before, after, place),
  ];
}

function diffEnums(before: EnumType, after: EnumType, place: Place): readonly Change[] {
  const changes: Change[] = [];
  for (const value of before.values) {
    if (after.values.includes(value)) continue;
    const impact = after.open ? 'additive' : 'breaking';
    changes.push(change(impact, 'value-removed', place, `${JSON.stringify(value)} is gone`));
  }
  for (const value of after.values) {
    if (before.values.includes(value)) continue;
    changes.push(change('additive', 'value-added', place, `${JSON.stringify(value)} is new`));
  }
  if (before.open && !after.open) {
    changes.push(change('breaking', 'type-changed', place, 'other values are refused now'));
  }
  if (!before.open && after.open) {
    changes.push(change('additive', 'type-changed', place, 'other values are taken now'));
  }
  return changes;
}

function diffMerge(before: string, after: string, place: Place): readonly Change[] {
  if (before === after) return [];
  return [change('breaking', 'merge-changed', place, `was merged as ${before} and is as ${after}`)];
}

/** Limits that are gone are no harm; new or other ones may refuse what was taken. */
function diffConstraints(before: ApiType, after: ApiType, place: Place): readonly Change[] {
  const old = 'constraints' in before ? before.constraints : undefined;
  const now = 'constraints' in after ? after.constraints : undefined;
  if (jsonOf(old) === jsonOf(now)) return [];
  const impact = now === undefined ? 'additive' : 'breaking';
  return [
    change(
      impact,
      'constraint-changed',
      place,
      `limits were ${jsonOf(old)} and are ${jsonOf(now)}`,
    ),
  ];
}

/** The type in a word or two, equal for types that hold the same values. */
function describe(type: ApiType): string {
  switch (type.type) {
    case 'reference':
      return type.name;
    case 'scalar':
      return type.scalar;
    case 'well-known':
      return type.shape;
    case 'union':
    case 'intersection':
      return `${type.type} of ${type.members.map(describe).join(', ')}`;
    default:
      return type.type;
  }
}

function change(impact: Change['impact'], code: ChangeCode, place: Place, message: string): Change {
  return { impact, code, subject: place.subject, source: place.source, message };
}
