import { isJsonArray, isJsonObject, objectOf, ownValue, pointerStep, stringOf } from '../json.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { NamedDocument } from './named-document.js';
import type { RawOperation } from './raw-input.js';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;

/** Every operation of a document's `paths`; parameters that are references are replaced by what they name. */
export function readOperations(document: NamedDocument): readonly RawOperation[] {
  const paths = objectOf(document.root, 'paths');
  if (paths === undefined) return [];
  return Object.entries(paths).flatMap(([path, item]) =>
    isJsonObject(item) ? operationsOf(document, path, item) : [],
  );
}

function operationsOf(
  document: NamedDocument,
  path: string,
  item: JsonObject,
): readonly RawOperation[] {
  const sharedParameters = parametersOf(document.root, item);
  return methods.flatMap((method) => {
    const operation = ownValue(item, method);
    if (!isJsonObject(operation)) return [];
    const pointer = `/paths${pointerStep(path)}${pointerStep(method)}`;
    const resolved = { ...operation, parameters: parametersOf(document.root, operation) };
    return [
      {
        path,
        method,
        operation: resolved,
        sharedParameters,
        origin: { file: document.id, pointer },
      },
    ];
  });
}

function parametersOf(root: JsonObject, holder: JsonObject): readonly JsonValue[] {
  const parameters = ownValue(holder, 'parameters');
  if (!isJsonArray(parameters)) return [];
  return parameters.map((parameter) => resolveParameter(root, parameter));
}

function resolveParameter(root: JsonObject, parameter: JsonValue): JsonValue {
  if (!isJsonObject(parameter)) return parameter;
  const ref = stringOf(parameter, '$ref');
  const steps = ref?.startsWith('#/') === true ? ref.slice(2).split('/') : undefined;
  if (steps === undefined) return parameter;
  let target: JsonValue | undefined = root;
  for (const step of steps) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    target = isJsonObject(target) ? ownValue(target, key) : undefined;
  }
  return target ?? parameter;
}
