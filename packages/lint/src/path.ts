import { isJsonObject } from '@imagestream/core';

/** One step into a value: a key of a map or an index of a list. */
export type PathStep = string | number;

/** The way from an object to one of its parts. The object itself is the empty path. */
export type Path = readonly PathStep[];

/** The part of a value at a path; undefined when there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const step of path) {
    if (typeof step === 'number')
      current = Array.isArray(current) ? (current as unknown[])[step] : undefined;
    else
      current = isJsonObject(current) && Object.hasOwn(current, step) ? current[step] : undefined;
  }
  return current;
}

/**
 * Writes a path as the API server prints field paths: `spec.tags[latest].from.name`. Entries of lists with names are named,
 * other entries are numbered; keys of labels and annotations stand in brackets.
 */
export function formatPath(object: unknown, path: Path): string {
  let text = '';
  let current = object;
  let parent: PathStep | undefined;
  for (const step of path) {
    if (typeof step === 'number') {
      const item = Array.isArray(current) ? (current as unknown[])[step] : undefined;
      text += `[${nameOf(item) ?? step}]`;
      current = item;
    } else {
      text +=
        parent === 'labels' || parent === 'annotations'
          ? `[${step}]`
          : text === ''
            ? step
            : `.${step}`;
      current = isJsonObject(current) ? current[step] : undefined;
    }
    parent = step;
  }
  return text;
}

/** What the server calls an entry of a list of tags. */
function nameOf(item: unknown): string | undefined {
  if (!isJsonObject(item)) return undefined;
  const name = item['from'] !== undefined || item['tag'] === undefined ? item['name'] : item['tag'];
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/**
 * The path a field text of the API server means in an object: the inverse of {@link formatPath}. Stops at the last part
 * that exists; `rest` is then the text that leads on.
 *
 * @param prefer how `[0]` is read in a list whose entries have names: as a position, or as the tag of that name
 */
export function resolveField(
  object: unknown,
  field: string,
  prefer: 'index' | 'name' = 'name',
): { path: Path; rest: string } {
  const path: PathStep[] = [];
  let current = object;
  let rest = field;
  while (rest !== '') {
    const step = rest.startsWith('[')
      ? stepIntoBrackets(current, rest, prefer)
      : stepIntoKey(current, rest);
    if (step === undefined) return { path, rest };
    path.push(step.step);
    rest = rest.slice(step.length);
    current = valueAt(current, [step.step]);
  }
  return { path, rest };
}

interface Step {
  readonly step: PathStep;
  /** How many characters of the field text it takes. */
  readonly length: number;
}

function stepIntoKey(value: unknown, rest: string): Step | undefined {
  const dot = rest.startsWith('.') ? 1 : 0;
  const text = rest.slice(dot);
  if (Array.isArray(value)) return stepIntoFaultyItem(value, text);
  if (!isJsonObject(value)) return undefined;
  const keys = Object.keys(value).filter((key) => {
    const next = text[key.length];
    return text.startsWith(key) && (next === undefined || next === '.' || next === '[');
  });
  const key = keys.reduce<string | undefined>(longer, undefined);
  return key === undefined ? undefined : { step: key, length: key.length + dot };
}

/** Paths into owner references name no position; the first entry without the member is meant. */
function stepIntoFaultyItem(list: readonly unknown[], key: string): Step | undefined {
  const index = list.findIndex(
    (item) => isJsonObject(item) && (item[key] === undefined || item[key] === ''),
  );
  return index < 0 ? undefined : { step: index, length: 0 };
}

function stepIntoBrackets(
  value: unknown,
  rest: string,
  prefer: 'index' | 'name',
): Step | undefined {
  if (isJsonObject(value)) {
    const keys = Object.keys(value).filter((key) => rest.startsWith(`[${key}]`));
    const key = keys.reduce<string | undefined>(longer, undefined);
    return key === undefined ? undefined : { step: key, length: key.length + 2 };
  }
  if (!Array.isArray(value)) return undefined;
  const byIndex = stepByIndex(value, rest);
  return prefer === 'index'
    ? (byIndex ?? stepByName(value, rest))
    : (stepByName(value, rest) ?? byIndex);
}

function stepByIndex(list: readonly unknown[], rest: string): Step | undefined {
  const [whole, digits] = /^\[(\d+)\]/.exec(rest) ?? [];
  if (whole === undefined || Number(digits) >= list.length) return undefined;
  return { step: Number(digits), length: whole.length };
}

/** The longest name that fits; of entries with the same name the server keeps the last. */
function stepByName(list: readonly unknown[], rest: string): Step | undefined {
  let found: Step | undefined;
  for (const [step, item] of list.entries()) {
    const name = tagName(item);
    if (name === undefined || !rest.startsWith(`[${name}]`)) continue;
    if (found === undefined || name.length + 2 >= found.length)
      found = { step, length: name.length + 2 };
  }
  return found;
}

/** An entry without name counts as the tag with the empty name. */
function tagName(item: unknown): string | undefined {
  if (item === null) return '';
  if (!isJsonObject(item)) return undefined;
  const name = item['from'] !== undefined || item['tag'] === undefined ? item['name'] : item['tag'];
  if (typeof name === 'string') return name;
  return name === undefined || name === null ? '' : undefined;
}

function longer(best: string | undefined, next: string): string {
  return best !== undefined && best.length >= next.length ? best : next;
}
