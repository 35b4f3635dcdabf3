import { isJsonObject } from '@imagestream/core';

/** A parameter a Template declares. */
export interface TemplateParameter {
  readonly name: string;
  /** The value it has when nobody gives another; undefined when it has none or an empty one, or when it is generated. */
  readonly value: string | undefined;
  readonly index: number;
}

/** The parameters of an OpenShift Template, in their order. */
export function readParameters(template: Record<string, unknown>): TemplateParameter[] {
  const parameters = template['parameters'];
  if (!Array.isArray(parameters)) return [];
  return parameters.flatMap((parameter: unknown, index) => {
    if (!isJsonObject(parameter) || typeof parameter['name'] !== 'string') return [];
    return [{ name: parameter['name'], value: textOf(parameter['value']), index }];
  });
}

/** An empty value stands for one that the user is to give. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

const WHOLE = /^\$\{\{([a-zA-Z0-9_]+?)\}\}$/;
const PART = /\$\{([a-zA-Z0-9_]+?)\}/g;

/**
 * An object of a Template with the parameters of known value put in, as `oc process` does: `${NAME}` inside a text, and
 * `${{NAME}}` as a whole value of whatever type. Others stay as they are.
 */
export function substituteParameters(value: unknown, values: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return substituteText(value, values);
  if (Array.isArray(value)) return value.map((item) => substituteParameters(item, values));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key.includes('${') ? substitutePart(key, values) : key,
      substituteParameters(member, values),
    ]),
  );
}

function substituteText(text: string, values: ReadonlyMap<string, string>): unknown {
  if (!text.includes('${')) return text;
  const name = WHOLE.exec(text)?.[1];
  if (name === undefined) return substitutePart(text, values);
  const value = values.get(name);
  return value === undefined ? text : parseValue(value);
}

function substitutePart(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(PART, (whole, name: string) => values.get(name) ?? whole);
}

/** What is not JSON is taken as a text. */
function parseValue(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** The names of all parameters a value mentions, each with the path it stands at. */
export function mentionedParameters(value: unknown): Set<string> {
  const names = new Set<string>();
  collect(value, names);
  return names;
}

function collect(value: unknown, names: Set<string>): void {
  if (typeof value === 'string') {
    if (!value.includes('${')) return;
    for (const [, name] of value.matchAll(/\$\{\{?([a-zA-Z0-9_]+?)\}?\}/g)) names.add(name ?? '');
  } else if (Array.isArray(value)) for (const item of value) collect(item, names);
  else if (isJsonObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      collect(key, names);
      collect(member, names);
    }
  }
}
