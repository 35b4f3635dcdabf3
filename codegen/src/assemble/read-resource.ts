import type { SourceReader } from './source-reader.js';
import type { ColumnSource, ResourceSource } from './spec-sources.js';

/** Reads one entry of `resources.yaml`: the resource itself, then each of its subresources. */
export function readResource(reader: SourceReader): readonly ResourceSource[] {
  const scope = reader.text('scope');
  if (scope !== 'Cluster' && scope !== 'Namespaced') {
    reader.complain('scope', `a scope is Cluster or Namespaced, not ${JSON.stringify(scope)}`);
  }
  const kind = reader.text('kind');
  const resource: ResourceSource = {
    resource: reader.text('resource'),
    singular: reader.text('singular'),
    parentKind: kind,
    kind,
    namespaced: scope === 'Namespaced',
    shortNames: reader.names('shortNames'),
    categories: reader.names('categories'),
    name: reader.sentence('name'),
    createForAllNamespaces: reader.flag('createForAllNamespaces'),
    columns: reader.children('columns').map(readColumn),
    ...optional('listKind', reader.optionalText('listKind')),
    ...optional('storageVersionHash', reader.optionalText('storageVersionHash')),
    ...whatBothHave(reader),
  };
  const subresources = reader
    .children('subresources')
    .map((child) => readSubresource(child, resource));
  reader.finish();
  return [resource, ...subresources];
}

function readSubresource(reader: SourceReader, parent: ResourceSource): ResourceSource {
  const subresource: ResourceSource = {
    resource: parent.resource,
    subresource: reader.text('subresource'),
    singular: '',
    parentKind: parent.kind,
    kind: reader.text('kind'),
    namespaced: parent.namespaced,
    shortNames: [],
    categories: [],
    name: parent.name,
    createForAllNamespaces: false,
    columns: [],
    ...whatBothHave(reader),
  };
  reader.finish();
  return subresource;
}

function whatBothHave(
  reader: SourceReader,
): Pick<ResourceSource, 'verbs' | 'kindPackage' | 'readParameters' | 'operations' | 'origin'> {
  return {
    verbs: readVerbs(reader),
    operations: reader.optionalChild('operations')?.sentences() ?? new Map<string, string>(),
    origin: reader.at,
    ...optional('kindPackage', reader.optionalText('kindPackage')),
    ...optional('readParameters', reader.optionalNames('readParameters')),
  };
}

const knownVerbs = [
  ...['create', 'delete', 'deletecollection', 'get'],
  ...['list', 'patch', 'update', 'watch'],
];

function readVerbs(reader: SourceReader): readonly string[] {
  const verbs = reader.names('verbs');
  for (const verb of verbs) {
    if (!knownVerbs.includes(verb)) reader.complain('', `no API server knows the verb ${verb}`);
  }
  return verbs;
}

function readColumn(reader: SourceReader): ColumnSource {
  const column = {
    name: reader.text('name'),
    type: reader.text('type'),
    format: reader.optionalText('format') ?? '',
    priority: reader.optionalInteger('priority') ?? 0,
    shows: reader.text('shows'),
  };
  reader.finish();
  return column;
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  const entry: { [P in K]?: V } = {};
  return value === undefined ? entry : { ...entry, [key]: value };
}
