import { objectFrom } from '../json.js';
import type { JsonObject } from '../json.js';
import type { DerivedOperation, PathItem } from './derive-operations.js';
import { reasonPhrase } from './reason-phrase.js';
import { isSourceOnlyKey, mapInnerSchemas, withoutKeys } from './source-schema.js';
import type { ParameterSource, SourceDefinition } from './spec-sources.js';

/** What a document is assembled from. */
export interface DocumentParts {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly paths: readonly PathItem[];
  readonly definitions: readonly SourceDefinition[];
}

/** The OpenAPI 3.0 document of one group and version, in the shape an API server serves it. */
export function v3Document(parts: DocumentParts): JsonObject {
  const { title, version, description } = parts;
  return {
    openapi: '3.0.0',
    info: { title, version, description },
    paths: objectFrom(parts.paths.map((item) => [item.path, pathItem(item)])),
    components: {
      schemas: objectFrom(parts.definitions.map(({ name, schema }) => [name, v3Schema(schema)])),
      securitySchemes: { BearerToken: bearerToken },
    },
  };
}

/** How clients identify themselves, the same in both versions. */
export const bearerToken: JsonObject = {
  type: 'apiKey',
  in: 'header',
  name: 'authorization',
  description: 'A bearer token, sent as `authorization: Bearer <token>`.',
};

/**
 * A source schema as version 3 writes it. Nothing may stand beside a `$ref` there, so a reference
 * with siblings becomes the only member of an `allOf`.
 */
export function v3Schema(source: JsonObject): JsonObject {
  return wrapReferences(withoutKeys(source, isSourceOnlyKey));
}

function wrapReferences(schema: JsonObject): JsonObject {
  const { $ref, ...siblings } = mapInnerSchemas(schema, wrapReferences);
  if (typeof $ref !== 'string') return siblings;
  const reference = { $ref: `#/components/schemas/${$ref}` };
  return Object.keys(siblings).length === 0 ? reference : { allOf: [reference], ...siblings };
}

function pathItem(item: PathItem): JsonObject {
  const operations = item.operations.map((one) => [one.method, operation(one)] as const);
  return { ...objectFrom(operations), ...parameters(item.parameters) };
}

function operation(source: DerivedOperation): JsonObject {
  const { body, action, groupVersionKind } = source;
  return {
    operationId: source.operationId,
    tags: [source.tag],
    description: source.description,
    ...(source.deprecated ? { deprecated: true } : {}),
    ...parameters(source.parameters),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            content: contentOf(source.consumes, body.definition),
            ...(body.required ? { required: true } : {}),
          },
        }),
    responses: responses(source),
    ...(action === undefined ? {} : { 'x-kubernetes-action': action }),
    ...(groupVersionKind === undefined
      ? {}
      : { 'x-kubernetes-group-version-kind': groupVersionKind }),
  };
}

function responses(source: DerivedOperation): JsonObject {
  const content = contentOf(source.produces, source.answer);
  const successes = source.statuses.map(
    (status) => [String(status), { description: reasonPhrase(status), content }] as const,
  );
  return { ...objectFrom(successes), '401': { description: reasonPhrase(401) } };
}

function contentOf(mediaTypes: readonly string[], definition: string): JsonObject {
  const schema = { $ref: `#/components/schemas/${definition}` };
  return objectFrom(mediaTypes.map((mediaType) => [mediaType, { schema }]));
}

function parameters(sources: readonly ParameterSource[]): JsonObject {
  if (sources.length === 0) return {};
  return { parameters: sources.map(parameter) };
}

function parameter(source: ParameterSource): JsonObject {
  return {
    in: source.in,
    name: source.name,
    description: source.description,
    ...(source.required ? { required: true } : {}),
    ...(source.deprecated ? { deprecated: true } : {}),
    schema: { type: source.type, uniqueItems: true },
  };
}
