import type { DiagnosticBag } from '../diagnostics.js';
import { ownValue, sortKeys } from '../json.js';
import type { JsonObject } from '../json.js';
import type { DefinitionNode, NormalisedApi } from '../normalise/schema-node.js';
import { deepFreeze } from './api-model.js';
import type { ApiDocument, ApiModel, ApiType, TypeDeclaration } from './api-model.js';
import { buildResources } from './build-resources.js';
import { buildType } from './build-type.js';
import { wellKnownShape } from './well-known.js';

/** Builds the frozen model of everything the inputs say. */
export function buildModel(api: NormalisedApi, bag: DiagnosticBag): ApiModel {
  const types = api.definitions.map((definition) => buildDeclaration(definition, bag));
  const documents = api.documents.map(({ path, document }): ApiDocument => {
    const format = ownValue(document, 'openapi') === undefined ? 'v2' : 'v3';
    // Sorted, so that what is printed does not depend on the order of the input's keys.
    return { path, format, document: sortKeys(document) as JsonObject };
  });
  return deepFreeze({ types, resources: buildResources(api, types, bag), documents });
}

function buildDeclaration(definition: DefinitionNode, bag: DiagnosticBag): TypeDeclaration {
  const { schema } = definition;
  const shape = wellKnownShape(definition.name);
  const body: ApiType =
    shape === undefined ? buildType(schema, bag) : { type: 'well-known', shape };
  const groupVersionKinds = schema.groupVersionKinds ?? [];
  return {
    name: definition.name,
    packageName: definition.packageName,
    shortName: definition.shortName,
    document: definition.document,
    doc: schema.description ?? '',
    deprecated: schema.deprecated === true,
    groupVersionKinds,
    role: groupVersionKinds.length === 1 ? roleOf(body) : 'plain',
    body,
    ...(schema.validations === undefined ? {} : { validations: schema.validations }),
    source: schema.source,
  };
}

/** What a body with these fields is, when it belongs to exactly one group-version-kind. */
export function roleOf(body: ApiType): TypeDeclaration['role'] {
  if (body.type !== 'object') return 'plain';
  const has = (name: string): boolean => body.fields.some((field) => field.name === name);
  if (!has('apiVersion') || !has('kind') || !has('metadata')) return 'plain';
  const items = body.fields.find((field) => field.name === 'items');
  return items?.type.type === 'list' ? 'list' : 'kind';
}

/** Documents of definitions only do not say which group a kind belongs to; say so once per document. */
export function reportKindsWithoutGroup(model: ApiModel, bag: DiagnosticBag): void {
  const counts = new Map<string, number>();
  for (const type of model.types) {
    if (type.groupVersionKinds.length > 0 || roleOf(type.body) === 'plain') continue;
    counts.set(type.document, (counts.get(type.document) ?? 0) + 1);
  }
  for (const [document, count] of counts) {
    const message = `${count} kinds have no group-version-kind, so their apiVersion stays a string`;
    bag.warn('kinds-without-group-version-kind', { file: document, pointer: '' }, message);
  }
}
