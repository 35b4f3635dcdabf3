import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DiagnosticBag } from '../diagnostics.js';
import { isJsonObject, pointerStep } from '../json.js';
import { readApi } from './read-api.js';
import { definitionFiles, foldersIn, readSourceFile } from './read-files.js';
import { SourceReader } from './source-reader.js';
import type {
  AmendmentSource,
  DiscoverySource,
  SourceDefinition,
  SpecSources,
} from './spec-sources.js';

/**
 * Reads a spec folder: the definitions of every package folder, the API of every folder that has a
 * `resources.yaml`, and `discovery.yaml`. Definitions beside a deprecated API are that API's alone.
 * Problems go into the bag; what could be read is returned all the same.
 */
export function readSpecSources(specDir: string, bag: DiagnosticBag): SpecSources {
  if (!isSpecFolder(specDir)) {
    const message = `${specDir} holds no definition sources`;
    bag.error('input-unreadable', { file: specDir, pointer: '' }, message);
  }
  const folders = foldersIn(specDir).map((folder) => readFolder(specDir, folder, bag));
  const apis = folders.flatMap(({ api }) => (api === undefined ? [] : [api]));
  const shared = folders.filter(({ api }) => api?.deprecated !== true);
  return {
    definitions: shared.flatMap(({ definitions }) => definitions),
    apis,
    discovery: readDiscovery(specDir, bag),
  };
}

/** True for a folder that has at least one package folder with definition sources. */
export function isSpecFolder(dir: string): boolean {
  return foldersIn(dir).some((folder) => definitionFiles(dir, folder).length > 0);
}

function readFolder(specDir: string, folder: string, bag: DiagnosticBag) {
  const files = definitionFiles(specDir, folder).map((file) => readDefinitions(specDir, file, bag));
  const definitions = files.flatMap((file) => file.definitions);
  const amendments = files.flatMap((file) => file.amendments);
  const api = existsSync(join(specDir, folder, 'resources.yaml'))
    ? { ...readApi(specDir, folder, bag), definitions, amendments }
    : undefined;
  return { definitions, api };
}

interface DefinitionFile {
  readonly definitions: readonly SourceDefinition[];
  readonly amendments: readonly AmendmentSource[];
}

function readDefinitions(specDir: string, file: string, bag: DiagnosticBag): DefinitionFile {
  const source = readSourceFile(specDir, file, bag);
  if (source === undefined) return { definitions: [], amendments: [] };
  const reader = new SourceReader(source.value, { file, pointer: '' }, bag);
  const packageName = reader.text('package');
  const schemas = reader.object('definitions');
  const amendments = reader
    .entries('amendments')
    .map(([name, entry]) => readAmendment(name, entry));
  reader.finish();
  const definitions = Object.entries(schemas).flatMap(([name, schema]) => {
    const origin = { file, pointer: `/definitions${pointerStep(name)}` };
    if (isJsonObject(schema)) return [{ name: `${packageName}.${name}`, schema, origin }];
    bag.error('malformed-source', origin, `the definition ${name} is not an object`);
    return [];
  });
  return { definitions, amendments };
}

function readAmendment(name: string, reader: SourceReader): AmendmentSource {
  const amendment = {
    name,
    add: reader.object('add'),
    remove: reader.names('remove'),
    describe: reader.object('describe'),
    extensions: reader.rest((key) => key.startsWith('x-kubernetes-')),
    origin: reader.at,
  };
  reader.finish();
  return amendment;
}

function readDiscovery(specDir: string, bag: DiagnosticBag): readonly DiscoverySource[] {
  const file = 'discovery.yaml';
  if (!existsSync(join(specDir, file))) return [];
  const source = readSourceFile(specDir, file, bag);
  if (source === undefined) return [];
  const root = new SourceReader(source.value, { file, pointer: '' }, bag);
  const paths = root.children('paths').map((reader) => {
    const path = {
      path: reader.text('path'),
      document: reader.text('document'),
      operationId: reader.text('operationId'),
      tag: reader.text('tag'),
      description: reader.sentence('description'),
      answer: reader.text('answer'),
      mediaTypes: reader.names('mediaTypes'),
      origin: reader.at,
    };
    reader.finish();
    return path;
  });
  root.finish();
  return paths;
}
