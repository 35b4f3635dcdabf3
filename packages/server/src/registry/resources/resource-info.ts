import type { ResourceDescriptor, Scope, SubresourceDescriptor, Verb } from '@imagestream/core';
import type { ResourceInfo } from '../rest.js';

/** The group of all resources in this folder. */
export const IMAGE_GROUP = 'image.openshift.io';

/** What this module reads of a descriptor; the types of objects and verbs do not matter here. */
type AnyDescriptor = Pick<
  ResourceDescriptor,
  'group' | 'version' | 'plural' | 'singular' | 'kind' | 'listKind' | 'shortNames' | 'categories'
> & { readonly scope: Scope };

/** Makes the description of a resource from its generated descriptor. */
export function toResourceInfo(
  descriptor: AnyDescriptor,
  selectableFields: readonly string[] = [],
): ResourceInfo {
  const { group, version, plural, singular, kind, listKind, scope, shortNames, categories } =
    descriptor;
  return {
    group,
    version,
    resource: plural,
    singular,
    kind,
    ...(listKind === undefined ? {} : { listKind }),
    scope,
    shortNames,
    categories,
    selectableFields,
  };
}

/** Makes the description of a subresource from the generated descriptors of it and of its parent. */
export function toSubresourceInfo(
  parent: AnyDescriptor,
  subresource: { readonly name: string; readonly descriptor: SubresourceDescriptor<unknown, Verb> },
): ResourceInfo {
  const { listKind: _listKind, ...info } = toResourceInfo(parent);
  return {
    ...info,
    subresource: subresource.name,
    singular: '',
    kind: subresource.descriptor.kind,
    shortNames: [],
    categories: [],
  };
}
