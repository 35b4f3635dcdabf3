import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { isSpecFolder } from '../assemble/index.js';
import type { DiagnosticBag } from '../diagnostics.js';
import { compareText, isJsonObject, ownValue, stringOf } from '../json.js';
import type { JsonObject, JsonValue } from '../json.js';
import { loadCustomResources } from './crd.js';
import { isDefinitionSource, loadDefinitionSource } from './definition-source.js';
import { findDuplicateKeys } from './duplicate-keys.js';
import type { NamedDocument } from './named-document.js';
import { loadOpenApiV2 } from './openapi-v2.js';
import { loadOpenApiV3 } from './openapi-v3.js';
import type { RawInput } from './raw-input.js';
import { loadSpecFolder } from './spec-folder.js';

/**
 * Reads files and folders into raw inputs, one per document, in the order given; files of a folder
 * in name order. A folder is a spec folder when it holds definition sources, else every `.json`,
 * `.yaml` and `.yml` file below it is a document. Unreadable and unknown inputs become diagnostics.
 */
export function loadInputs(paths: readonly string[], bag: DiagnosticBag): readonly RawInput[] {
  return paths.flatMap((path) => {
    if (isFolder(path) && isSpecFolder(path)) return [loadSpecFolder(path, bag)];
    return documentFiles(path, bag).flatMap((file) => loadFile(file, bag));
  });
}

/** One document, already parsed, as raw inputs; none and a diagnostic when its kind is unknown. */
export function loadDocument(document: NamedDocument, bag: DiagnosticBag): readonly RawInput[] {
  const { root } = document;
  if (isDefinitionSource(document)) return [loadDefinitionSource(document)];
  if (ownValue(root, 'swagger') !== undefined || objectLike(root, 'definitions')) {
    return [loadOpenApiV2(document, bag)];
  }
  if (ownValue(root, 'openapi') !== undefined) return [loadOpenApiV3(document, bag)];
  if (stringOf(root, 'kind') === 'CustomResourceDefinition') {
    return [loadCustomResources(document, bag)];
  }
  bag.error(
    'input-unknown-format',
    { file: document.id, pointer: '' },
    `cannot tell what ${document.id} is`,
  );
  return [];
}

/** Parses JSON or YAML text. Several YAML documents give several values. */
export function parseDocuments(
  id: string,
  text: string,
  bag: DiagnosticBag,
): readonly NamedDocument[] {
  const values = /^\s*[{[]/.test(text) ? parseJson(id, text, bag) : parseYaml(id, text, bag);
  return values.filter(isJsonObject).map((root) => ({ id, root }));
}

function parseJson(id: string, text: string, bag: DiagnosticBag): readonly JsonValue[] {
  try {
    // JSON.parse makes `__proto__` an own property, so hostile names stay plain data.
    const value = JSON.parse(text) as JsonValue; // JSON.parse yields JSON.
    for (const pointer of findDuplicateKeys(text)) {
      bag.error('input-malformed', { file: id, pointer }, 'the key stands twice in its object');
    }
    return [value];
  } catch (error) {
    bag.error('input-malformed', { file: id, pointer: '' }, String(error));
    return [];
  }
}

function parseYaml(id: string, text: string, bag: DiagnosticBag): readonly JsonValue[] {
  const documents = parseAllDocuments(text, { uniqueKeys: true });
  return [...documents].flatMap((document) => {
    for (const error of document.errors) {
      bag.error('input-malformed', { file: id, pointer: '' }, error.message.split('\n')[0] ?? '');
    }
    if (document.errors.length > 0) return [];
    const value = document.toJS({ maxAliasCount: 100 }) as JsonValue; // Core schema: JSON values only.
    return [value];
  });
}

function loadFile(file: string, bag: DiagnosticBag): readonly RawInput[] {
  const text = readText(file, bag);
  if (text === undefined) return [];
  const id = basename(file);
  return parseDocuments(id, text, bag).flatMap((document) => loadDocument(document, bag));
}

function readText(file: string, bag: DiagnosticBag): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    bag.error('input-unreadable', { file, pointer: '' }, String(error));
    return undefined;
  }
}

function documentFiles(path: string, bag: DiagnosticBag): readonly string[] {
  if (!isFolder(path)) return [path];
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(json|ya?ml)$/.test(name))
    .sort(compareText);
  if (files.length === 0) {
    bag.error('input-unreadable', { file: path, pointer: '' }, `${path} holds no document`);
  }
  return files.map((name) => join(path, name));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function objectLike(root: JsonObject, key: string): boolean {
  return isJsonObject(ownValue(root, key));
}
