import type { DiagnosticBag } from '../diagnostics.js';
import {
  isJsonArray,
  isJsonObject,
  objectOf,
  ownValue,
  pointerStep,
  stringOf,
  stringsOf,
} from '../json.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { NamedDocument } from './named-document.js';
import type { RawDefinition, RawInput, RawOrigin, RawResource } from './raw-input.js';

const allVerbs = [
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
 * Reads a CustomResourceDefinition (apiextensions.k8s.io/v1): one definition and one list per served
 * version, named after the reversed group as an API server does, and one resource with every verb.
 * `metadata` becomes a reference to ObjectMeta, which the schema of a custom resource never spells out.
 */
export function loadCustomResources(document: NamedDocument, bag: DiagnosticBag): RawInput {
  const spec = objectOf(document.root, 'spec') ?? {};
  const versions = ownValue(spec, 'versions');
  if (!isJsonArray(versions)) {
    const where = { file: document.id, pointer: '/spec/versions' };
    bag.error(
      'malformed-schema',
      where,
      'spec.versions is not a list (apiextensions.k8s.io/v1 has one)',
    );
  }
  const served = (isJsonArray(versions) ? versions : [])
    .map((version, index) => ({ version, index }))
    .filter(({ version }) => isJsonObject(version) && ownValue(version, 'served') !== false);
  const parts = served.map(({ version, index }) =>
    readVersion(document, spec, isJsonObject(version) ? version : {}, index),
  );
  return {
    id: document.id,
    format: 'crd',
    definitions: [...parts.flatMap((part) => part.definitions), ...metaDefinitions(document.id)],
    operations: [],
    resources: parts.flatMap((part) => part.resources),
  };
}

interface VersionPart {
  readonly definitions: readonly RawDefinition[];
  readonly resources: readonly RawResource[];
}

function readVersion(
  document: NamedDocument,
  spec: JsonObject,
  version: JsonObject,
  index: number,
): VersionPart {
  const names = objectOf(spec, 'names') ?? {};
  const gvk = {
    group: stringOf(spec, 'group') ?? '',
    version: stringOf(version, 'name') ?? '',
    kind: stringOf(names, 'kind') ?? '',
  };
  const listKind = stringOf(names, 'listKind') ?? `${gvk.kind}List`;
  const pointer = `/spec/versions${pointerStep(index)}/schema/openAPIV3Schema`;
  const origin: RawOrigin = { file: document.id, pointer };
  const prefix = [...gvk.group.split('.').reverse(), gvk.version].join('.');
  const schema = objectOf(objectOf(version, 'schema') ?? {}, 'openAPIV3Schema') ?? {};
  const shared = {
    group: gvk.group,
    version: gvk.version,
    namespaced: stringOf(spec, 'scope') !== 'Cluster',
    origin: { file: document.id, pointer: '/spec/names' },
  };
  const plural = stringOf(names, 'plural') ?? '';
  const hasStatus = objectOf(objectOf(version, 'subresources') ?? {}, 'status') !== undefined;
  return {
    definitions: [
      { name: `${prefix}.${gvk.kind}`, schema: kindSchema(schema, gvk), origin },
      {
        name: `${prefix}.${listKind}`,
        schema: listSchema(`${prefix}.${gvk.kind}`, { ...gvk, kind: listKind }),
        origin,
      },
    ],
    resources: [
      {
        ...shared,
        name: plural,
        singular: stringOf(names, 'singular') ?? gvk.kind.toLowerCase(),
        kind: gvk.kind,
        verbs: allVerbs,
        shortNames: stringsOf(names, 'shortNames'),
        categories: stringsOf(names, 'categories'),
      },
      ...(hasStatus
        ? [
            {
              ...shared,
              name: `${plural}/status`,
              singular: '',
              kind: gvk.kind,
              verbs: ['get', 'patch', 'update'],
              shortNames: [],
              categories: [],
            },
          ]
        : []),
    ],
  };
}

function kindSchema(schema: JsonObject, gvk: JsonObject): JsonObject {
  const properties = objectOf(schema, 'properties') ?? {};
  return {
    ...schema,
    properties: {
      ...properties,
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { $ref: 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', default: {} },
    },
    'x-kubernetes-group-version-kind': [gvk],
  };
}

function listSchema(item: string, gvk: JsonObject): JsonObject {
  return {
    type: 'object',
    description: `A list of ${item.slice(item.lastIndexOf('.') + 1)} objects.`,
    required: ['items'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { $ref: 'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta', default: {} },
      items: { type: 'array', items: { $ref: item } },
    },
    'x-kubernetes-group-version-kind': [gvk],
  };
}

/** The metadata types every custom resource leans on, in the few properties all servers agree on. */
function metaDefinitions(id: string): readonly RawDefinition[] {
  const text = { type: 'string' };
  const texts = { type: 'object', additionalProperties: { type: 'string' } };
  const time = { type: 'string', format: 'date-time' };
  const object = (properties: JsonObject, required: readonly string[] = []): JsonObject => ({
    type: 'object',
    properties,
    ...(required.length === 0 ? {} : { required }),
  });
  const owner = object(
    {
      apiVersion: text,
      kind: text,
      name: text,
      uid: text,
      controller: { type: 'boolean' },
      blockOwnerDeletion: { type: 'boolean' },
    },
    ['apiVersion', 'kind', 'name', 'uid'],
  );
  const objectMeta = object({
    annotations: texts,
    creationTimestamp: { ...time, nullable: true },
    deletionGracePeriodSeconds: { type: 'integer', format: 'int64' },
    deletionTimestamp: time,
    finalizers: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
    generateName: text,
    generation: { type: 'integer', format: 'int64' },
    labels: texts,
    managedFields: { type: 'array', items: { type: 'object' }, 'x-kubernetes-list-type': 'atomic' },
    name: text,
    namespace: text,
    ownerReferences: {
      type: 'array',
      items: { $ref: `${metaPackage}.OwnerReference` },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['uid'],
    },
    resourceVersion: text,
    selfLink: text,
    uid: text,
  });
  const listMeta = object({
    continue: text,
    remainingItemCount: { type: 'integer', format: 'int64' },
    resourceVersion: text,
    selfLink: text,
  });
  const schemas: Record<string, JsonValue> = {
    ListMeta: listMeta,
    ObjectMeta: objectMeta,
    OwnerReference: owner,
  };
  return Object.entries(schemas).map(([name, schema]) => ({
    name: `${metaPackage}.${name}`,
    schema,
    origin: { file: id, pointer: '' },
  }));
}

const metaPackage = 'io.k8s.apimachinery.pkg.apis.meta.v1';
