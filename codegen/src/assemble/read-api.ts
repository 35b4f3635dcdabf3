import type { DiagnosticBag } from '../diagnostics.js';
import { groupVersionTag, groupVersionWord } from './operation-id.js';
import { readSourceFile } from './read-files.js';
import { readResource } from './read-resource.js';
import { SourceReader } from './source-reader.js';
import type { ApiSource, ParameterSource, VerbSource, VerbTable } from './spec-sources.js';

/** Reads `resources.yaml`, `verbs.yaml` and `parameters.yaml` of one API folder. */
export function readApi(
  specDir: string,
  folder: string,
  bag: DiagnosticBag,
): Omit<ApiSource, 'definitions' | 'amendments'> {
  const root = rootReader(specDir, `${folder}/resources.yaml`, bag);
  const group = root.text('group');
  const version = root.text('version');
  const documents = root.optionalChild('documents');
  const v2 = documents?.optionalText('v2');
  const v3 = documents?.optionalText('v3');
  documents?.finish();
  const api = {
    group,
    version,
    prefix: root.optionalText('prefix') ?? `/apis/${group}/${version}`,
    word: root.optionalText('word') ?? groupVersionWord(group, version),
    tag: root.optionalText('tag') ?? groupVersionTag(group, version),
    package: root.text('package'),
    title: root.text('title'),
    description: root.sentence('description'),
    deprecated: root.flag('deprecated'),
    documents: { ...(v2 === undefined ? {} : { v2 }), ...(v3 === undefined ? {} : { v3 }) },
    resources: root.children('resources').flatMap(readResource),
    verbs: readVerbs(rootReader(specDir, `${folder}/verbs.yaml`, bag)),
    parameters: readParameters(rootReader(specDir, `${folder}/parameters.yaml`, bag)),
    origin: root.at,
  };
  root.finish();
  return api;
}

function rootReader(specDir: string, file: string, bag: DiagnosticBag): SourceReader {
  const source = readSourceFile(specDir, file, bag);
  return new SourceReader(source?.value ?? {}, { file, pointer: '' }, bag);
}

function readVerbs(root: SourceReader): VerbTable {
  const table = {
    parametersShared: root.flag('parametersShared'),
    allNamespacesSuffix: root.text('allNamespacesSuffix'),
    answers: root.names('answers'),
    streamedAnswers: root.names('streamedAnswers'),
    verbs: new Map(root.entries('verbs').map(([name, reader]) => [name, readVerb(reader)])),
  };
  root.finish();
  return table;
}

function readVerb(reader: SourceReader): VerbSource {
  const body = reader.optionalChild('body');
  const read = body && {
    schema: body.text('schema'),
    required: body.flag('required'),
    mediaTypes: body.names('mediaTypes'),
  };
  body?.finish();
  const verb = {
    method: reader.text('method'),
    action: reader.text('action'),
    word: reader.text('word'),
    query: reader.names('query'),
    ...(read === undefined ? {} : { body: read }),
    statuses: reader.integers('statuses'),
    answer: reader.text('answer'),
    streams: reader.flag('streams'),
    origin: reader.at,
  };
  reader.finish();
  return verb;
}

function readParameters(root: SourceReader): ReadonlyMap<string, ParameterSource> {
  const parameters = root
    .entries('parameters')
    .map(([key, reader]) => [key, readParameter(key, reader)] as const);
  root.finish();
  return new Map(parameters);
}

function readParameter(key: string, reader: SourceReader): ParameterSource {
  const place = reader.text('in');
  if (place !== 'path' && place !== 'query') {
    reader.complain('in', `a parameter is in path or query, not in ${JSON.stringify(place)}`);
  }
  const type = reader.text('type');
  if (!['boolean', 'integer', 'string'].includes(type)) {
    reader.complain('type', `a parameter cannot be of type ${JSON.stringify(type)}`);
  }
  const parameter = {
    name: reader.optionalText('name') ?? key,
    in: place === 'path' ? ('path' as const) : ('query' as const),
    type,
    required: reader.flag('required'),
    deprecated: reader.flag('deprecated'),
    inline: reader.flag('inline'),
    description: reader.sentence('description'),
  };
  reader.finish();
  return parameter;
}
