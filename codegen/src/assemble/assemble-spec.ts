import { DiagnosticBag } from '../diagnostics.js';
import { compareText, sortKeys } from '../json.js';
import type { JsonObject } from '../json.js';
import { checkSources } from './check-sources.js';
import { derivePaths } from './derive-operations.js';
import type { PathItem } from './derive-operations.js';
import { discoveryPaths } from './discovery-paths.js';
import { readSpecSources } from './read-sources.js';
import { definitionsFor, reachableDefinitions } from './select-definitions.js';
import type { ApiSource, DiscoverySource, SourceDefinition, SpecSources } from './spec-sources.js';
import { v2Document } from './v2-document.js';
import { v3Document } from './v3-document.js';
import type { DocumentParts } from './v3-document.js';

/** One assembled document. */
export interface AssembledFile {
  /** Where it belongs, relative to the spec folder, with forward slashes. */
  readonly path: string;
  /** JSON with sorted keys, indented by two spaces, ending in a newline: the same on every machine. */
  readonly text: string;
}

/**
 * Assembles the OpenAPI documents of a spec folder from its sources and returns them in path order.
 * Reads files and writes none.
 *
 * Throws a CodegenError with every problem found (dangling references, duplicate names, unknown
 * extensions, ill-typed defaults, missing descriptions …) and returns nothing then.
 */
export function assembleSpec(specDir: string): readonly AssembledFile[] {
  const bag = new DiagnosticBag();
  const sources = readSpecSources(specDir, bag);
  checkSources(sources, bag);
  const documents = assembleDocuments(sources, bag);
  bag.throwIfErrors();
  return documents.map(({ path, document }) => ({
    path,
    text: `${JSON.stringify(sortKeys(document), undefined, 2)}\n`,
  }));
}

/** A document before it is printed. */
export interface AssembledDocument {
  readonly path: string;
  readonly document: JsonObject;
}

/** Every document the sources give, in path order. Problems go into the bag. */
export function assembleDocuments(
  sources: SpecSources,
  bag: DiagnosticBag,
): readonly AssembledDocument[] {
  const perApi = sources.apis.flatMap((api) => apiDocuments(api, sources, bag));
  const covered = new Set(perApi.map(({ path }) => path));
  const current = sources.apis.find(({ deprecated }) => !deprecated);
  const rest = sources.discovery.filter(({ document }) => !covered.has(document));
  const others = current === undefined ? [] : otherDocuments(current, rest, sources, bag);
  return [...perApi, ...others].sort((a, b) => compareText(a.path, b.path));
}

/** The documents of one API: version 3 has the paths of one group and version, version 2 all paths. */
function apiDocuments(
  api: ApiSource,
  sources: SpecSources,
  bag: DiagnosticBag,
): readonly AssembledDocument[] {
  const { v2, v3 } = api.documents;
  const definitions = definitionsFor(api, sources, bag);
  const paths = derivePaths(api, bag);
  const discovery = api.deprecated ? [] : sources.discovery;
  checkMentions([...paths, ...discoveryPaths(discovery)], definitions, api, bag);
  const own = discovery.filter(({ document }) => document === v3);
  const partsWith = (more: readonly DiscoverySource[]): DocumentParts =>
    documentParts(api, [...discoveryPaths(more), ...paths], definitions);
  const shareParameters = api.verbs.parametersShared;
  return [
    ...(v3 === undefined ? [] : [{ path: v3, document: v3Document(partsWith(own)) }]),
    ...(v2 === undefined
      ? []
      : [{ path: v2, document: v2Document(partsWith(discovery), { shareParameters }) }]),
  ];
}

/** The version 3 documents that hold nothing but discovery paths. */
function otherDocuments(
  api: ApiSource,
  discovery: readonly DiscoverySource[],
  sources: SpecSources,
  bag: DiagnosticBag,
): readonly AssembledDocument[] {
  const definitions = definitionsFor(api, sources, bag);
  return [...new Set(discovery.map(({ document }) => document))].map((path) => {
    const paths = discoveryPaths(discovery.filter(({ document }) => document === path));
    return { path, document: v3Document(documentParts(api, paths, definitions)) };
  });
}

function documentParts(
  api: ApiSource,
  paths: readonly PathItem[],
  definitions: ReadonlyMap<string, SourceDefinition>,
): DocumentParts {
  const { title, version, description } = api;
  return {
    title,
    version,
    description,
    paths,
    definitions: reachableDefinitions(paths, definitions),
  };
}

/** Every body and answer of an operation must be a definition that exists. */
function checkMentions(
  paths: readonly PathItem[],
  definitions: ReadonlyMap<string, SourceDefinition>,
  api: ApiSource,
  bag: DiagnosticBag,
): void {
  for (const { path, operations } of paths) {
    for (const { method, answer, body } of operations) {
      const names = [answer, ...(body === undefined ? [] : [body.definition])];
      for (const name of names) {
        if (definitions.has(name)) continue;
        const message = `${method} ${path} needs the definition ${name}, which does not exist`;
        bag.error('dangling-reference', api.origin, message);
      }
    }
  }
}
