import { basename } from 'node:path';
import {
  assembleDocuments,
  checkSources,
  readSpecSources,
  servedSchema,
} from '../assemble/index.js';
import type { ApiSource, AssembledDocument } from '../assemble/index.js';
import type { DiagnosticBag } from '../diagnostics.js';
import { readOperations } from './openapi-operations.js';
import type { RawInput, RawOperation, RawResource } from './raw-input.js';

/**
 * Reads a spec folder: definitions as they were written, with what only the sources know (nulls on
 * the wire, known values), and operations and documents as they are assembled. Deprecated APIs are
 * left out, since they describe the same kinds for old clients; their documents can be given as
 * inputs of their own. Problems of the sources go into the bag.
 */
export function loadSpecFolder(dir: string, bag: DiagnosticBag): RawInput {
  const sources = readSpecSources(dir, bag);
  checkSources(sources, bag);
  const documents = assembleDocuments(sources, bag);
  const apis = sources.apis.filter(({ deprecated }) => !deprecated);
  const hidden = new Set(
    sources.apis
      .filter(({ deprecated }) => deprecated)
      .flatMap(({ documents: { v2, v3 } }) => [v2, v3]),
  );
  const find = (path: string | undefined): AssembledDocument | undefined =>
    documents.find((document) => document.path === path);
  const v3 = find(apis[0]?.documents.v3)?.document;
  const v2 = find(apis[0]?.documents.v2)?.document;
  return {
    id: basename(dir),
    format: 'spec-folder',
    definitions: sources.definitions.map(({ name, schema, origin }) => ({
      name,
      schema: servedSchema(schema),
      origin,
    })),
    operations: apis.flatMap((api) => operationsOf(api, find(api.documents.v3))),
    resources: apis.flatMap(resourcesOf),
    documents: {
      ...(v2 === undefined ? {} : { v2 }),
      ...(v3 === undefined ? {} : { v3 }),
      all: documents.filter(({ path }) => !hidden.has(path)),
    },
    ...(apis[0] === undefined ? {} : { version: apis[0].version }),
  };
}

function operationsOf(
  api: ApiSource,
  assembled: AssembledDocument | undefined,
): readonly RawOperation[] {
  if (assembled === undefined) return [];
  // Operations are derived, so a complaint about one points at the resource table.
  return readOperations({ id: api.origin.file, root: assembled.document });
}

function resourcesOf(api: ApiSource): readonly RawResource[] {
  return api.resources.map((resource) => ({
    group: api.group,
    version: api.version,
    name:
      resource.subresource === undefined
        ? resource.resource
        : `${resource.resource}/${resource.subresource}`,
    singular: resource.singular,
    kind: resource.kind,
    namespaced: resource.namespaced,
    verbs: resource.verbs,
    shortNames: resource.shortNames,
    categories: resource.categories,
    origin: resource.origin,
  }));
}
