import type { DiagnosticBag, SourcePointer } from '../diagnostics.js';
import { isJsonArray, isJsonObject, objectOf, ownValue, pointerStep, stringOf } from '../json.js';
import type { JsonObject, JsonValue } from '../json.js';
import { extensions, formats, keywords } from './source-keys.js';
import { innerSchemas } from './source-schema.js';
import type { ApiSource, SourceDefinition, SpecSources } from './spec-sources.js';

/** Looks at every definition of a spec folder as it was written; each problem is an error. */
export function checkSources(sources: SpecSources, bag: DiagnosticBag): void {
  const shared = uniqueDefinitions(sources.definitions, new Map(), bag);
  for (const { schema, origin } of sources.definitions)
    new SchemaCheck(shared, bag).check(schema, origin);
  for (const api of sources.apis) checkOwn(api, shared, bag);
}

type Definitions = ReadonlyMap<string, SourceDefinition>;

function uniqueDefinitions(
  definitions: readonly SourceDefinition[],
  known: Definitions,
  bag: DiagnosticBag,
): Definitions {
  const found = new Map(known);
  for (const definition of definitions) {
    const first = found.get(definition.name);
    if (first === undefined) found.set(definition.name, definition);
    else {
      const message = `${definition.name} is defined in ${first.origin.file} already`;
      bag.error('duplicate-definition', definition.origin, message);
    }
  }
  return found;
}

function checkOwn(api: ApiSource, shared: Definitions, bag: DiagnosticBag): void {
  const own = api.deprecated ? api.definitions : [];
  const definitions = uniqueDefinitions(own, shared, bag);
  const check = new SchemaCheck(definitions, bag);
  for (const { schema, origin } of own) check.check(schema, origin);
  for (const { add, origin } of api.amendments) {
    for (const name of Object.keys(add)) {
      check.check(ownValue(add, name) ?? null, below(below(origin, 'add'), name));
    }
  }
}

class SchemaCheck {
  readonly #definitions: Definitions;
  readonly #bag: DiagnosticBag;

  constructor(definitions: Definitions, bag: DiagnosticBag) {
    this.#definitions = definitions;
    this.#bag = bag;
  }

  /** Checks a definition or a property, which must be described, and everything inside it. */
  check(schema: JsonValue, at: SourcePointer): void {
    if (isJsonObject(schema) && (stringOf(schema, 'description') ?? '').trim() === '') {
      this.#bag.error('missing-description', at, `${at.pointer} has no description`);
    }
    this.#checkInner(schema, at);
  }

  #checkInner(schema: JsonValue, at: SourcePointer): void {
    if (!isJsonObject(schema)) {
      this.#bag.error('malformed-schema', at, `a schema cannot be ${JSON.stringify(schema)}`);
      return;
    }
    this.#checkKeys(schema, at);
    this.#checkType(schema, at);
    this.#checkRequired(schema, at);
    this.#checkDefault(schema, at);
    for (const inner of innerSchemas(schema)) {
      const where = inner.steps.reduce(below, at);
      if (inner.steps[0] === 'properties') this.check(inner.schema, where);
      else this.#checkInner(inner.schema, where);
    }
  }

  #checkKeys(schema: JsonObject, at: SourcePointer): void {
    for (const key of Object.keys(schema)) {
      const value = ownValue(schema, key) ?? null;
      const fits = keywords.get(key) ?? extensions.get(key);
      if (fits === undefined) {
        const code = key.startsWith('x-') ? 'unknown-extension' : 'unknown-keyword';
        this.#bag.error(code, below(at, key), `unknown key ${JSON.stringify(key)}`);
      } else if (!fits(value)) {
        const message = `${key} cannot be ${JSON.stringify(value)}`;
        this.#bag.error('malformed-schema', below(at, key), message);
      }
    }
  }

  #checkType(schema: JsonObject, at: SourcePointer): void {
    const ref = ownValue(schema, '$ref');
    const type = ownValue(schema, 'type');
    const format = ownValue(schema, 'format');
    if ((ref === undefined) === (type === undefined)) {
      this.#bag.error('malformed-schema', at, 'a schema has either $ref or type');
    }
    if (ref !== undefined && (typeof ref !== 'string' || !this.#definitions.has(ref))) {
      const message = `no definition is named ${JSON.stringify(ref)}`;
      this.#bag.error('dangling-reference', below(at, '$ref'), message);
    }
    if (format !== undefined && (typeof format !== 'string' || formats.get(format) !== type)) {
      const message = `format ${JSON.stringify(format)} does not refine ${JSON.stringify(type)}`;
      this.#bag.error('malformed-schema', below(at, 'format'), message);
    }
  }

  #checkRequired(schema: JsonObject, at: SourcePointer): void {
    const required = ownValue(schema, 'required');
    if (required === undefined) return;
    const properties = objectOf(schema, 'properties') ?? {};
    for (const name of isJsonArray(required) ? required : [required]) {
      if (typeof name === 'string' && Object.hasOwn(properties, name)) continue;
      const message = `required names ${JSON.stringify(name)}, which is no property`;
      this.#bag.error('required-unknown-property', below(at, 'required'), message);
    }
  }

  /** A default has the type it stands beside; `{}` beside a reference to an object is the zero value. */
  #checkDefault(schema: JsonObject, at: SourcePointer): void {
    const value = ownValue(schema, 'default');
    if (value === undefined) return;
    const ref = stringOf(schema, '$ref');
    const target = ref === undefined ? schema : this.#definitions.get(ref)?.schema;
    const type = target && ownValue(target, 'type');
    if (type === undefined || typeOf(value) === type) return;
    const message = `default ${JSON.stringify(value)} is not of type ${JSON.stringify(type)}`;
    this.#bag.error('ill-typed-default', below(at, 'default'), message);
  }
}

function typeOf(value: JsonValue): string {
  if (isJsonArray(value)) return 'array';
  return typeof value === 'number' ? 'integer' : typeof value;
}

function below(at: SourcePointer, step: string): SourcePointer {
  return { file: at.file, pointer: at.pointer + pointerStep(step) };
}
