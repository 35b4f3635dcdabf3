import { servedSchema } from '../assemble/index.js';
import { isJsonObject, objectOf, pointerStep, stringOf } from '../json.js';
import type { NamedDocument } from './named-document.js';
import type { RawInput } from './raw-input.js';

/** True for one file of definition sources: it names the package its definitions belong to. */
export function isDefinitionSource(document: NamedDocument): boolean {
  return (
    stringOf(document.root, 'package') !== undefined &&
    objectOf(document.root, 'definitions') !== undefined
  );
}

/**
 * Reads one file of definition sources by itself: its definitions under their full names, read as
 * strictly as a whole folder of them. What it refers to has to come from other inputs.
 */
export function loadDefinitionSource(document: NamedDocument): RawInput {
  const packageName = stringOf(document.root, 'package') ?? '';
  const definitions = objectOf(document.root, 'definitions') ?? {};
  return {
    id: document.id,
    format: 'spec-folder',
    definitions: Object.entries(definitions).map(([name, schema]) => ({
      name: `${packageName}.${name}`,
      schema: isJsonObject(schema) ? servedSchema(schema) : (schema ?? null),
      origin: { file: document.id, pointer: `/definitions${pointerStep(name)}` },
    })),
    operations: [],
    resources: [],
  };
}
