import type {
  APIGroup,
  APIGroupList,
  APIResource,
  APIResourceList,
  APIVersions,
} from '@imagestream/core';
import type { Rest } from '../registry/rest.js';
import { isStoredRest } from '../registry/stored-rest.js';
import { pathOf, type ResourceTable } from './resource-table.js';

const group = 'image.openshift.io';
const version = 'v1';
const groupVersion = `${group}/${version}`;
const thisVersion = { groupVersion, version };

/** The verbs a resource serves, sorted; computed from the methods it has, so that the two cannot differ. */
export function verbsOf(rest: Rest): string[] {
  const verbs: string[] = [];
  if (rest.create !== undefined) verbs.push('create');
  if (rest.delete !== undefined) verbs.push('delete');
  if (rest.deleteCollection !== undefined) verbs.push('deletecollection');
  if (rest.get !== undefined) verbs.push('get');
  if (rest.list !== undefined) verbs.push('list');
  if (rest.update !== undefined) verbs.push('patch', 'update');
  if (isStoredRest(rest)) verbs.push('watch');
  return verbs;
}

/** `GET /apis`. The address is where clients reach the server from anywhere. */
export function apiGroupList(serverAddress: string): APIGroupList {
  return {
    kind: 'APIGroupList',
    groups: [
      {
        name: group,
        versions: [thisVersion],
        preferredVersion: thisVersion,
        serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
      },
    ],
  };
}

/** `GET /apis/image.openshift.io`. */
export function apiGroup(): APIGroup {
  return {
    kind: 'APIGroup',
    apiVersion: 'v1',
    name: group,
    versions: [thisVersion],
    preferredVersion: thisVersion,
  };
}

/** `GET /apis/image.openshift.io/v1`. */
export async function apiResourceList(table: ResourceTable): Promise<APIResourceList> {
  const resources = await Promise.all([...table.values()].map(describe));
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}

/** `GET /oapi`. */
export function legacyVersions(serverAddress: string): APIVersions {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  };
}

/** `GET /oapi/v1`: the same resources as 3.x clients know them. */
export async function legacyResourceList(table: ResourceTable): Promise<APIResourceList> {
  const list = await apiResourceList(table);
  const resources = (list.resources ?? []).map(
    ({ categories: _categories, storageVersionHash: _hash, ...resource }) => resource,
  );
  return { ...list, groupVersion: 'v1', resources };
}

async function describe(rest: Rest): Promise<APIResource> {
  const { info } = rest;
  const stored = isStoredRest(rest) && info.subresource === undefined;
  return {
    name: pathOf(rest),
    singularName: info.subresource === undefined ? info.singular : '',
    namespaced: info.scope === 'Namespaced',
    kind: info.kind,
    verbs: verbsOf(rest),
    ...(info.shortNames.length === 0 ? {} : { shortNames: [...info.shortNames] }),
    ...(info.categories.length === 0 ? {} : { categories: [...info.categories] }),
    ...(stored ? { storageVersionHash: await storageHash(info.kind) } : {}),
  };
}

/** Tells clients which form objects are stored in: eight bytes of a hash of group, version and kind. */
async function storageHash(kind: string): Promise<string> {
  const bytes = new TextEncoder().encode(`${groupVersion}/${kind}`);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return btoa(String.fromCharCode(...digest.subarray(0, 8)));
}

/** The media type of aggregated discovery, as clients ask for it and look for it in the answer. */
export const aggregatedType =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Whether a client asks for the aggregated form. */
export function wantsAggregated(accept: string | undefined): boolean {
  return (accept ?? '').split(',').some((clause) => {
    const [type, ...parameters] = clause.split(';').map((part) => part.trim());
    return (
      type === 'application/json' &&
      ['g=apidiscovery.k8s.io', 'v=v2', 'as=APIGroupDiscoveryList'].every((parameter) =>
        parameters.includes(parameter),
      )
    );
  });
}

/** `GET /apis` in one document with all resources. Source: api-discovery. */
export function aggregatedDiscovery(table: ResourceTable): object {
  const resources = [...table.values()]
    .filter(({ info }) => info.subresource === undefined)
    .map((rest) => aggregatedResource(rest, table));
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: [
      { metadata: { name: group }, versions: [{ version, resources, freshness: 'Current' }] },
    ],
  };
}

function aggregatedResource(rest: Rest, table: ResourceTable): object {
  const { info } = rest;
  const subresources = [...table.values()]
    .filter(
      (other) => other.info.resource === info.resource && other.info.subresource !== undefined,
    )
    .map((other) => ({
      subresource: other.info.subresource,
      responseKind: responseKind(other),
      verbs: verbsOf(other),
    }));
  return {
    resource: info.resource,
    responseKind: responseKind(rest),
    scope: info.scope,
    singularResource: info.singular,
    verbs: verbsOf(rest),
    ...(info.shortNames.length === 0 ? {} : { shortNames: info.shortNames }),
    ...(info.categories.length === 0 ? {} : { categories: info.categories }),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}

/** Group and version are empty: that of the enclosing document is meant. */
function responseKind({ info }: Rest): object {
  return { group: '', version: '', kind: info.kind };
}
