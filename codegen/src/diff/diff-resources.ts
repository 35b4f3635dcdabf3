import type { ApiModel, Resource, Verb } from '../model/api-model.js';
import type { Change, ChangeCode } from './change.js';

/** The differences between the resources of two versions of an API. */
export function diffResources(before: ApiModel, after: ApiModel): readonly Change[] {
  const now = new Map(after.resources.map((resource) => [keyOf(resource), resource]));
  const then = new Set(before.resources.map(keyOf));
  const kept = before.resources.flatMap((resource): readonly Change[] => {
    const next = now.get(keyOf(resource));
    if (next === undefined) return [change('breaking', 'resource-removed', resource, 'is gone')];
    return diffResource(resource, next);
  });
  const added = after.resources
    .filter((resource) => !then.has(keyOf(resource)))
    .map((resource) => change('additive', 'resource-added', resource, 'is new'));
  return [...kept, ...added];
}

function diffResource(before: Resource, after: Resource): readonly Change[] {
  const changes = diffVerbs(before.verbs, after.verbs, after, '');
  if (before.scope !== after.scope) {
    const message = `was ${before.scope} and is ${after.scope}`;
    changes.push(change('breaking', 'scope-changed', after, message));
  }
  if (before.object !== after.object || before.kind !== after.kind) {
    const message = `objects were ${before.object} and are ${after.object}`;
    changes.push(change('breaking', 'kind-changed', after, message));
  }
  for (const sub of before.subresources) {
    const next = after.subresources.find(({ name }) => name === sub.name);
    if (next === undefined) {
      changes.push(change('breaking', 'subresource-removed', after, `/${sub.name} is gone`));
    } else changes.push(...diffVerbs(sub.verbs, next.verbs, after, `/${sub.name} `));
  }
  for (const sub of after.subresources) {
    if (before.subresources.some(({ name }) => name === sub.name)) continue;
    changes.push(change('additive', 'subresource-added', after, `/${sub.name} is new`));
  }
  return changes;
}

function diffVerbs(
  before: readonly Verb[],
  after: readonly Verb[],
  resource: Resource,
  prefix: string,
): Change[] {
  const gone = before.filter((verb) => !after.includes(verb));
  const fresh = after.filter((verb) => !before.includes(verb));
  return [
    ...gone.map((verb) => change('breaking', 'verb-removed', resource, `${prefix}${verb} is gone`)),
    ...fresh.map((verb) => change('additive', 'verb-added', resource, `${prefix}${verb} is new`)),
  ];
}

function keyOf(resource: Resource): string {
  return `${resource.plural}.${resource.version}.${resource.group}`;
}

function change(
  impact: Change['impact'],
  code: ChangeCode,
  resource: Resource,
  message: string,
): Change {
  return { impact, code, subject: keyOf(resource), source: resource.source, message };
}
