import type { DiagnosticBag, SourcePointer } from '../diagnostics.js';
import type { GroupVersionKind } from '../normalise/schema-node.js';
import { referencesOf } from './references.js';
import { roleOf } from './build-model.js';
import { deepFreeze } from './api-model.js';
import type { ApiModel, TypeDeclaration } from './api-model.js';

/**
 * The part of a model that groups such as `apps/v1` need: every type of their packages, and whatever
 * those refer to. In documents that name no group, a package that ends like the group and version
 * (`….toys.v1` for `toys.example.com/v1`) is taken, and its kinds get the group asked for.
 */
export function selectGroups(
  model: ApiModel,
  groups: readonly string[],
  bag: DiagnosticBag,
): ApiModel {
  if (groups.length === 0) return model;
  const wanted = groups.map(parseGroupVersion);
  const types = model.types.map((type) => giveGroup(type, wanted));
  const roots = new Set<string>();
  for (const [index, group] of wanted.entries()) {
    const found = types.filter((type) => belongs(type, group));
    if (found.length === 0) {
      const source = { file: 'arguments', pointer: '' };
      bag.error('unknown-group', source, `nothing in the inputs belongs to ${groups[index] ?? ''}`);
    }
    const packages = new Set(found.map((type) => type.packageName));
    for (const type of types) {
      if (packages.has(type.packageName) && !isOfAnotherGroup(type, group)) roots.add(type.name);
    }
  }
  const resources = model.resources.filter((resource) =>
    wanted.some((group) => group.group === resource.group && group.version === resource.version),
  );
  for (const resource of resources) {
    for (const sub of resource.subresources) if (sub.object !== undefined) roots.add(sub.object);
  }
  const byName = new Map(types.map((type) => [type.name, type]));
  for (const name of roots) {
    const type = byName.get(name);
    if (type !== undefined) for (const reference of referencesOf(type.body)) roots.add(reference);
  }
  const kept = types.filter((type) => roots.has(type.name));
  const dropped = new Set(
    types.filter((type) => !roots.has(type.name)).map((type) => placeOf(type.source)),
  );
  bag.retain(
    (source) =>
      !prefixes(source.pointer).some((pointer) =>
        dropped.has(placeOf({ file: source.file, pointer })),
      ),
  );
  return deepFreeze({ types: kept, resources, documents: model.documents });
}

function placeOf(source: SourcePointer): string {
  return `${source.file}#${source.pointer}`;
}

/** The pointer and every pointer above it. */
function prefixes(pointer: string): readonly string[] {
  const steps = pointer.split('/');
  return steps.map((_step, index) => steps.slice(0, index + 1).join('/'));
}

type GroupVersion = Pick<GroupVersionKind, 'group' | 'version'>;

/** `group/version`, or a bare version for the core group. */
function parseGroupVersion(text: string): GroupVersion {
  const slash = text.lastIndexOf('/');
  return { group: text.slice(0, Math.max(slash, 0)), version: text.slice(slash + 1) };
}

function belongs(type: TypeDeclaration, group: GroupVersion): boolean {
  const [gvk, ...others] = type.groupVersionKinds;
  return (
    gvk !== undefined &&
    others.length === 0 &&
    gvk.group === group.group &&
    gvk.version === group.version
  );
}

function isOfAnotherGroup(type: TypeDeclaration, group: GroupVersion): boolean {
  return type.groupVersionKinds.length === 1 && !belongs(type, group);
}

function giveGroup(type: TypeDeclaration, wanted: readonly GroupVersion[]): TypeDeclaration {
  const role = roleOf(type.body);
  if (type.groupVersionKinds.length > 0 || role === 'plain') return type;
  const group = wanted.find(({ group, version }) =>
    type.packageName.endsWith(`.${group.split('.')[0] || 'core'}.${version}`),
  );
  if (group === undefined) return type;
  return { ...type, role, groupVersionKinds: [{ ...group, kind: type.shortName }] };
}
