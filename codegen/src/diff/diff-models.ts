import { compareText, jsonOf } from '../json.js';
import type { ApiModel, TypeDeclaration } from '../model/api-model.js';
import type { Change } from './change.js';
import { diffResources } from './diff-resources.js';
import { diffTypes } from './diff-types.js';

/**
 * Every difference between two versions of an API, by subject. Judged from both sides: what a client
 * may send must stay legal, and what it reads must keep its shape. The order of the documents does not
 * matter to the result.
 */
export function diffModels(before: ApiModel, after: ApiModel): readonly Change[] {
  const changes = [...diffDeclarations(before, after), ...diffResources(before, after)];
  return changes.sort(
    (a, b) =>
      compareText(a.subject, b.subject) ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  );
}

function diffDeclarations(before: ApiModel, after: ApiModel): readonly Change[] {
  const now = new Map(after.types.map((type) => [type.name, type]));
  const then = new Set(before.types.map((type) => type.name));
  const changes = before.types.flatMap((type): readonly Change[] => {
    const next = now.get(type.name);
    return next === undefined ? [removed(type)] : diffDeclaration(type, next);
  });
  const added = after.types.filter((type) => !then.has(type.name));
  return [...changes, ...added.map(addedType)];
}

function removed(type: TypeDeclaration): Change {
  const { name: subject, source } = type;
  return { impact: 'breaking', code: 'type-removed', subject, source, message: 'is gone' };
}

function addedType(type: TypeDeclaration): Change {
  const { name: subject, source } = type;
  return { impact: 'additive', code: 'type-added', subject, source, message: 'is new' };
}

function diffDeclaration(before: TypeDeclaration, after: TypeDeclaration): readonly Change[] {
  const { name: subject, source } = after;
  const changes: Change[] = [...diffTypes(before.body, after.body, { subject, source })];
  const kinds = [before, after].map((type) => jsonOf(type.groupVersionKinds));
  if (kinds[0] !== kinds[1]) {
    const message = `group-version-kind was ${kinds[0] ?? ''} and is ${kinds[1] ?? ''}`;
    changes.push({ impact: 'breaking', code: 'kind-changed', subject, source, message });
  }
  if (before.doc !== after.doc) {
    changes.push({ impact: 'docs', code: 'doc-changed', subject, source, message: 'description' });
  }
  if (!before.deprecated && after.deprecated) {
    changes.push({
      impact: 'additive',
      code: 'deprecated',
      subject,
      source,
      message: 'is deprecated',
    });
  }
  return changes;
}
