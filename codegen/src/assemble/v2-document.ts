import { compareText, objectFrom, stringOf } from '../json.js';
import type { JsonObject } from '../json.js';
import type { DerivedOperation, PathItem } from './derive-operations.js';
import { reasonPhrase } from './reason-phrase.js';
import { SharedParameters } from './shared-parameters.js';
import { isSourceOnlyKey, mapInnerSchemas, withoutKeys } from './source-schema.js';
import type { ParameterSource } from './spec-sources.js';
import { bearerToken } from './v3-document.js';
import type { DocumentParts } from './v3-document.js';

/**
 * The Swagger 2.0 document of an API, in the shape an API server serves it: references keep their
 * siblings, defaults are left out, and parameters that mean the same everywhere stand in the root's
 * `parameters` under a name that ends in a hash of their content.
 */
export function v2Document(
  parts: DocumentParts,
  options: { shareParameters: boolean },
): JsonObject {
  const { title, version, description } = parts;
  const shared = options.shareParameters ? new SharedParameters() : undefined;
  const paths = parts.paths.map((item) => [item.path, pathItem(item, shared)] as const);
  return {
    swagger: '2.0',
    info: { title, version, description },
    paths: objectFrom(paths),
    definitions: objectFrom(parts.definitions.map(({ name, schema }) => [name, v2Schema(schema)])),
    ...(shared === undefined ? {} : { parameters: shared.byName }),
    securityDefinitions: { BearerToken: bearerToken },
    security: [{ BearerToken: [] }],
  };
}

/** A source schema as version 2 writes it; `deprecated` is no keyword of a schema there. */
export function v2Schema(source: JsonObject): JsonObject {
  const dropped = (key: string): boolean =>
    isSourceOnlyKey(key) || key === 'default' || key === 'deprecated';
  return pointReferences(withoutKeys(source, dropped));
}

function pointReferences(schema: JsonObject): JsonObject {
  const inner = mapInnerSchemas(schema, pointReferences);
  const ref = stringOf(inner, '$ref');
  return ref === undefined ? inner : { ...inner, $ref: `#/definitions/${ref}` };
}

function pathItem(item: PathItem, shared: SharedParameters | undefined): JsonObject {
  const operations = item.operations.map((one) => [one.method, operation(one, shared)] as const);
  return { ...objectFrom(operations), ...parameters(item.parameters.map(parameter), shared) };
}

function operation(source: DerivedOperation, shared: SharedParameters | undefined): JsonObject {
  const { action, groupVersionKind } = source;
  return {
    operationId: source.operationId,
    tags: [source.tag],
    description: source.description,
    ...(source.deprecated ? { deprecated: true } : {}),
    consumes: source.consumes,
    produces: source.produces,
    ...parameters([...bodyParameter(source), ...source.parameters.map(parameter)], shared),
    responses: responses(source),
    ...(action === undefined ? {} : { 'x-kubernetes-action': action }),
    ...(groupVersionKind === undefined
      ? {}
      : { 'x-kubernetes-group-version-kind': groupVersionKind }),
  };
}

function responses(source: DerivedOperation): JsonObject {
  const schema = { $ref: `#/definitions/${source.answer}` };
  const successes = source.statuses.map(
    (status) => [String(status), { description: reasonPhrase(status), schema }] as const,
  );
  return { ...objectFrom(successes), '401': { description: reasonPhrase(401) } };
}

/** Parameters where they are used; with `shared`, all but the inline ones are moved to the root. */
function parameters(list: readonly Placed[], shared: SharedParameters | undefined): JsonObject {
  if (list.length === 0) return {};
  const sorted = [...list].sort((a, b) => compareText(a.name, b.name));
  const placed = sorted.map(({ inline, value }) =>
    inline || shared === undefined ? value : shared.share(value),
  );
  return { parameters: placed };
}

/** A parameter object, and whether it must stay where it is used. */
interface Placed {
  readonly name: string;
  readonly inline: boolean;
  readonly value: JsonObject;
}

function parameter(source: ParameterSource): Placed {
  const value = {
    in: source.in,
    name: source.name,
    description: source.description,
    ...(source.required ? { required: true } : {}),
    type: source.type,
    uniqueItems: true,
  };
  return { name: source.name, inline: source.inline, value };
}

/** A body that differs with the kind says so in its schema, so sharing it would gain nothing. */
function bodyParameter({ body }: DerivedOperation): readonly Placed[] {
  if (body === undefined) return [];
  const value = {
    in: 'body',
    name: 'body',
    ...(body.required ? { required: true } : {}),
    schema: { $ref: `#/definitions/${body.definition}` },
  };
  return [{ name: 'body', inline: body.ofKind, value }];
}
