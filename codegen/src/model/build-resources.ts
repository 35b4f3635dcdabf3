import type { DiagnosticBag, SourcePointer } from '../diagnostics.js';
import { compareText } from '../json.js';
import type { GroupVersionKind, NormalisedApi, OperationNode } from '../normalise/schema-node.js';
import type { Resource, Subresource, TypeDeclaration, Verb } from './api-model.js';
import { parseResourceRoute } from './resource-route.js';

/** Everything known of one resource or subresource before it is put together. */
interface Draft {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly subresource: string;
  namespaced: boolean;
  gvk: GroupVersionKind | undefined;
  object: string | undefined;
  list: string | undefined;
  source: SourcePointer;
  singular: string | undefined;
  shortNames: readonly string[];
  categories: readonly string[];
  readonly verbs: Set<Verb>;
  /** Discovery names the verbs; what operations suggest is then not added. */
  verbsAreKnown: boolean;
}

const verbsByAction: Readonly<Record<string, Verb>> = {
  get: 'get',
  list: 'list',
  watch: 'watch',
  watchlist: 'watch',
  post: 'create',
  put: 'update',
  patch: 'patch',
  delete: 'delete',
  deletecollection: 'deletecollection',
};

const verbs: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

/**
 * Puts resources together from resource tables and operations. Where a table names the verbs it
 * decides; else a resource can be watched when the document has a watch path for it, because lists
 * declare a `watch` parameter also where the server refuses it.
 */
export function buildResources(
  api: NormalisedApi,
  types: readonly TypeDeclaration[],
  bag: DiagnosticBag,
): readonly Resource[] {
  const drafts = new Map<string, Draft>();
  addFromTables(api, drafts);
  for (const operation of api.operations) addFromOperation(operation, drafts, bag);
  const byKind = typesByKind(types);
  const all = [...drafts.values()].sort((a, b) => compareText(draftKey(a), draftKey(b)));
  return all
    .filter((draft) => draft.subresource === '')
    .flatMap((draft) => {
      const below = all.filter((other) => isBelow(other, draft));
      const resource = buildResource(draft, below, byKind);
      if (resource === undefined) {
        const message = `no definition describes the objects of ${draft.plural}`;
        bag.warn('unsupported-operation', draft.source, message);
      }
      return resource === undefined ? [] : [resource];
    });
}

function addFromTables(api: NormalisedApi, drafts: Map<string, Draft>): void {
  for (const raw of api.resources) {
    const [plural = '', subresource = ''] = raw.name.split('/');
    const draft = draftOf(
      drafts,
      { group: raw.group, version: raw.version, plural, subresource },
      raw.origin,
    );
    draft.namespaced = raw.namespaced;
    draft.gvk = { group: raw.group, version: raw.version, kind: raw.kind };
    draft.singular = raw.singular;
    draft.shortNames = raw.shortNames;
    draft.categories = raw.categories;
    draft.verbsAreKnown = true;
    for (const verb of verbs) if (raw.verbs.includes(verb)) draft.verbs.add(verb);
  }
}

function addFromOperation(
  operation: OperationNode,
  drafts: Map<string, Draft>,
  bag: DiagnosticBag,
): void {
  const route = parseResourceRoute(operation.path);
  if (operation.action === undefined || route === undefined) return;
  const verb = Object.hasOwn(verbsByAction, operation.action)
    ? verbsByAction[operation.action]
    : undefined;
  if (verb === undefined) {
    const message = `${operation.operationId} is a ${operation.action} operation`;
    bag.info('unsupported-operation', operation.source, message);
    return;
  }
  const draft = draftOf(drafts, route, operation.source);
  if (!draft.verbsAreKnown) draft.verbs.add(verb);
  if (route.namespaced) draft.namespaced = true;
  if (verb === 'list') draft.list ??= operation.response;
  if (verb === 'get' && !route.watch) draft.object ??= operation.response;
  if (verb === 'create' && route.subresource !== '') draft.object ??= operation.body;
  if (verb !== 'list' && verb !== 'watch') draft.gvk ??= operation.groupVersionKind;
}

function draftOf(
  drafts: Map<string, Draft>,
  place: Pick<Draft, 'group' | 'version' | 'plural' | 'subresource'>,
  source: SourcePointer,
): Draft {
  const key = draftKey(place);
  const known = drafts.get(key);
  if (known !== undefined) return known;
  const draft: Draft = {
    group: place.group,
    version: place.version,
    plural: place.plural,
    subresource: place.subresource,
    namespaced: false,
    gvk: undefined,
    object: undefined,
    list: undefined,
    singular: undefined,
    shortNames: [],
    categories: [],
    verbs: new Set(),
    verbsAreKnown: false,
    source,
  };
  drafts.set(key, draft);
  return draft;
}

function draftKey(draft: Pick<Draft, 'group' | 'version' | 'plural' | 'subresource'>): string {
  return [draft.group, draft.version, draft.plural, draft.subresource].join('/');
}

function isBelow(other: Draft, draft: Draft): boolean {
  return (
    other.subresource !== '' &&
    other.group === draft.group &&
    other.version === draft.version &&
    other.plural === draft.plural
  );
}

type TypesByKind = ReadonlyMap<string, TypeDeclaration>;

/** The type of each group-version-kind; a type with that one kind wins over one that has many. */
function typesByKind(types: readonly TypeDeclaration[]): TypesByKind {
  const found = new Map<string, TypeDeclaration>();
  for (const type of types) {
    for (const gvk of type.groupVersionKinds) {
      const key = kindKey(gvk);
      const other = found.get(key);
      if (other === undefined || other.groupVersionKinds.length > type.groupVersionKinds.length) {
        found.set(key, type);
      }
    }
  }
  return found;
}

function kindKey(gvk: GroupVersionKind): string {
  return `${gvk.group}/${gvk.version}/${gvk.kind}`;
}

function buildResource(
  draft: Draft,
  below: readonly Draft[],
  byKind: TypesByKind,
): Resource | undefined {
  const object = draft.gvk === undefined ? undefined : byKind.get(kindKey(draft.gvk));
  if (draft.gvk === undefined || object === undefined) return undefined;
  const { kind } = draft.gvk;
  const list = draft.verbs.has('list')
    ? (byKind.get(kindKey({ ...draft.gvk, kind: `${kind}List` }))?.name ?? draft.list)
    : undefined;
  return {
    group: draft.group,
    version: draft.version,
    plural: draft.plural,
    singular: draft.singular ?? kind.toLowerCase(),
    kind,
    scope: draft.namespaced ? 'Namespaced' : 'Cluster',
    verbs: verbs.filter((verb) => draft.verbs.has(verb)),
    shortNames: draft.shortNames,
    categories: draft.categories,
    object: object.name,
    subresources: below.flatMap((sub) => buildSubresource(sub, byKind)),
    source: draft.source,
    ...(list === undefined ? {} : { list, listKind: list.slice(list.lastIndexOf('.') + 1) }),
  };
}

function buildSubresource(draft: Draft, byKind: TypesByKind): readonly Subresource[] {
  const { gvk } = draft;
  if (gvk === undefined) return [];
  const object = draft.object ?? byKind.get(kindKey(gvk))?.name;
  return [
    {
      name: draft.subresource,
      group: gvk.group,
      version: gvk.version,
      kind: gvk.kind,
      verbs: verbs.filter((verb) => draft.verbs.has(verb)),
      ...(object === undefined ? {} : { object }),
    },
  ];
}
