import { isJsonObject } from '@imagestream/core';

/** What differs between any two runs, taken out of a text: uids, times, tokens, numbers. */
export function maskText(text: string): string {
  return text
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'U')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g, 'T')
    .replace(/eyJ[\w+/=-]+/g, 'C')
    .replace(/\d+/g, '#');
}

/**
 * Whether two messages agree up to a network error, whose words belong to the machine that recorded it.
 * False when the recorded message quotes none.
 */
export function sameNetworkError(recorded: string, got: string): boolean {
  if (!/dial tcp|: EOF$|i\/o timeout/.test(recorded)) return false;
  const kept = recorded.replace(/(?:Get|Head) \\?".*$|dial tcp .*$/s, '');
  return kept !== recorded && got.startsWith(kept);
}

/** The entries of a list inside a message (`is invalid: [a: …, b: …]`) in one order. */
export function splitMessage(message: string): string {
  return message.includes('[') ? bagOf(message.split(/: \[|, |\]/)) : message;
}

/** Items as one text in which their order does not count. */
export function bagOf(items: readonly string[]): string {
  return items
    .filter((item) => item !== '')
    .sort()
    .join('\u0001');
}

/** The words of a YAML text without what differs between runs; emitters may fold and quote as they like. */
export function yamlWords(text: string): string[] {
  return text
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'U')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g, 'T')
    .replace(/(resourceVersion|serverAddress|continue): \S+/g, '$1: V')
    .split(/[\s'"]+/)
    .filter((word) => !['', '-', '|', '>-'].includes(word));
}

const RUN_DEPENDENT = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'created',
  'lastTransitionTime',
  'time',
]);

/** A JSON value as text, keys sorted, without what differs between runs. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isJsonObject(value)) return JSON.stringify(value) ?? 'absent';
  const keys = Object.keys(value)
    .filter((key) => !RUN_DEPENDENT.has(key))
    .sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
}

/** A value as a text of at most 300 characters. */
export function brief(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'absent');
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** A property name as a step of a JSON pointer. */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
