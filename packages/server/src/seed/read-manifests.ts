import { isJsonObject, type KubeObject } from '@imagestream/core';
import { parseAllDocuments } from 'yaml';

/** A manifest that cannot be read; the message names the source and where in it. */
export class ManifestError extends Error {
  constructor(source: string, problem: string, options?: ErrorOptions) {
    super(`${source}: ${problem}`, options);
    this.name = 'ManifestError';
  }
}

/** So many aliases of a document are followed; more is an attack. */
const maxAliases = 100;

/**
 * The objects of a YAML or JSON text: several documents, Lists and Templates are taken apart. Template parameters are put
 * in by their values; one without a value makes the Template unusable.
 *
 * Throws a ManifestError, which names `source`.
 */
export function readManifests(text: string, source: string): KubeObject[] {
  const documents = parseAllDocuments(text, { version: '1.1', merge: true, uniqueKeys: false });
  if ('empty' in documents) return [];
  return documents.flatMap((document, index) => {
    const place = documents.length > 1 ? `${source}, document ${index + 1}` : source;
    const [error] = document.errors;
    if (error !== undefined) throw new ManifestError(place, error.message, { cause: error });
    const value: unknown = document.toJS({ maxAliasCount: maxAliases });
    return value === null || value === undefined ? [] : takeApart(value, place);
  });
}

function takeApart(value: unknown, source: string): KubeObject[] {
  if (!isJsonObject(value)) throw new ManifestError(source, 'not an object');
  const { apiVersion, kind, metadata = {} } = value;
  if (typeof kind !== 'string' || typeof apiVersion !== 'string') {
    throw new ManifestError(source, 'an object needs apiVersion and kind');
  }
  if (kind === 'Template') return fromTemplate(value, source);
  if (kind.endsWith('List') && 'items' in value) return fromItems(value['items'], source);
  if (!isJsonObject(metadata)) throw new ManifestError(source, 'metadata is no object');
  return [{ ...value, apiVersion, kind, metadata }];
}

function fromItems(items: unknown, source: string): KubeObject[] {
  if (items === null) return [];
  if (!Array.isArray(items)) throw new ManifestError(source, 'items is no list');
  return items.flatMap((item: unknown, index) => takeApart(item, `${source}, item ${index + 1}`));
}

function fromTemplate(template: Record<string, unknown>, source: string): KubeObject[] {
  const { objects, parameters } = template;
  const values = readParameters(parameters);
  const filled = fill(objects, values, source);
  return filled === undefined ? [] : fromItems(filled, source);
}

function readParameters(parameters: unknown): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const parameter of Array.isArray(parameters) ? parameters : []) {
    if (!isJsonObject(parameter)) continue;
    const { name, value } = parameter;
    if (typeof name !== 'string') continue;
    if (typeof value === 'string') values.set(name, value);
    else if (typeof value === 'number' || typeof value === 'boolean') values.set(name, `${value}`);
  }
  return values;
}

/** `${NAME}` is replaced inside texts; `${{NAME}}` alone is replaced by what its value means as JSON. */
function fill(value: unknown, values: ReadonlyMap<string, string>, source: string): unknown {
  if (typeof value === 'string') return fillText(value, values, source);
  if (Array.isArray(value)) return value.map((item) => fill(item, values, source));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      String(fillText(key, values, source)),
      fill(member, values, source),
    ]),
  );
}

function fillText(text: string, values: ReadonlyMap<string, string>, source: string): unknown {
  const whole = /^\$\{\{([A-Za-z0-9_]+)\}\}$/.exec(text)?.[1];
  if (whole !== undefined) {
    const value = valueOf(whole, values, source);
    try {
      return JSON.parse(value);
    } catch {
      // What is no JSON is the text itself.
      return value;
    }
  }
  return text.replaceAll(/\$\{([A-Za-z0-9_]+)\}/g, (_match, name: string) =>
    valueOf(name, values, source),
  );
}

function valueOf(name: string, values: ReadonlyMap<string, string>, source: string): string {
  const value = values.get(name);
  if (value === undefined) {
    throw new ManifestError(source, `the parameter ${name} of the template has no value`);
  }
  return value;
}
