import { isJsonObject, objectOf, ownValue, stringOf } from '../json.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { RawOperation } from '../load/raw-input.js';
import { readGroupVersionKind } from './extensions.js';
import { definitionName } from './references.js';
import type { OperationNode } from './schema-node.js';

/** What the model needs of an operation, read alike from v2 and v3 documents. */
export function readOperation(raw: RawOperation): OperationNode {
  const { operation } = raw;
  const action = stringOf(operation, 'x-kubernetes-action');
  const gvk = readGroupVersionKind(ownValue(operation, 'x-kubernetes-group-version-kind'));
  const response = successDefinition(operation);
  const body = bodyDefinition(operation);
  const description = stringOf(operation, 'description');
  return {
    path: raw.path,
    method: raw.method,
    operationId: stringOf(operation, 'operationId') ?? `${raw.method} ${raw.path}`,
    source: raw.origin,
    ...(action === undefined ? {} : { action }),
    ...(gvk === undefined ? {} : { groupVersionKind: gvk }),
    ...(response === undefined ? {} : { response }),
    ...(body === undefined ? {} : { body }),
    ...(description === undefined ? {} : { description }),
  };
}

function successDefinition(operation: JsonObject): string | undefined {
  const responses = objectOf(operation, 'responses') ?? {};
  const code = Object.keys(responses)
    .filter((status) => /^2\d\d$/.test(status))
    .sort()[0];
  const response = code === undefined ? undefined : objectOf(responses, code);
  return response === undefined ? undefined : schemaDefinition(response);
}

function bodyDefinition(operation: JsonObject): string | undefined {
  const requestBody = objectOf(operation, 'requestBody');
  if (requestBody !== undefined) return schemaDefinition(requestBody);
  const parameters = ownValue(operation, 'parameters');
  if (!Array.isArray(parameters)) return undefined;
  const body = (parameters as readonly JsonValue[]) // JSON arrays hold JSON values.
    .filter(isJsonObject)
    .find((parameter) => stringOf(parameter, 'in') === 'body');
  return body === undefined ? undefined : schemaDefinition(body);
}

function schemaDefinition(holder: JsonObject): string | undefined {
  const content = objectOf(holder, 'content');
  const media =
    content === undefined
      ? holder
      : (objectOf(content, 'application/json') ?? Object.values(content).find(isJsonObject));
  const ref = stringOf(objectOf(media ?? {}, 'schema') ?? {}, '$ref');
  return ref === undefined ? undefined : definitionName(ref);
}
