import type { BodyFormat } from './decoded.js';
import { JsonSyntaxError, type JsonNode } from './json-node.js';
import { readJson } from './read-json.js';
import { readYaml } from './read-yaml.js';
import { TypeMetaError, interpretTypeMeta, type TypeMeta } from './type-meta.js';

/** A body as it was written, and what it says it is. */
export interface Document {
  readonly root: JsonNode;
  readonly meta: TypeMeta;
  /** What strict reading of the text itself found: repeated keys of YAML. */
  readonly findings: readonly string[];
}

/**
 * Reads a body in its encoding, with its apiVersion and kind.
 *
 * Throws a TypeMetaError or YamlSyntaxError with Go's words.
 */
export function readDocument(bytes: Uint8Array, format: BodyFormat): Document {
  if (format === 'json') {
    const root = readRecognizableJson(bytes);
    return { root, meta: interpretTypeMeta(root), findings: [] };
  }
  const { root, repeatedKeys } = readYaml(bytes);
  return {
    root,
    meta: interpretTypeMeta(root),
    findings: repeatedKeys === undefined ? [] : [repeatedKeys],
  };
}

/** The server looks for apiVersion and kind first, so that is the step a syntax error is met in. */
function readRecognizableJson(bytes: Uint8Array): JsonNode {
  try {
    return readJson(bytes);
  } catch (error) {
    throw error instanceof JsonSyntaxError ? new TypeMetaError(error.message) : error;
  }
}
