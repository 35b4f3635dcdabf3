import { isJsonObject } from '@imagestream/core';

/**
 * Texts that plainly stand for a value that comes later: `${X}`, `${{X}}`, `$(X)`, `{TAG}`, `{{ x }}`, `{% x %}`,
 * `NAME_PLACEHOLDER`.
 */
// No alternative can start inside a run that another start has already read, so that the time stays linear.
const PLACEHOLDER =
  /\$\{\{[\w.-]+\}\}|\$\{[\w.:=/-]+\}|\$\([\w.-]+\)|\{\{[^{}]*\}\}|\{%[^%]*%\}|\{[A-Za-z_][\w.-]*\}|(?<![\w-])[\w-]*_PLACEHOLDER\b/g;

/** Only texts with one of these can hold a placeholder; asked for every text of every object. */
const MAY_HOLD = /[{]|\$\(|_PLACEHOLDER/;

/** Whether a text holds a placeholder. */
export function hasPlaceholder(text: string): boolean {
  return MAY_HOLD.test(text) && text.search(PLACEHOLDER) >= 0;
}

/** Whether a value, or any part of it, holds a placeholder. */
export function holdsPlaceholder(value: unknown): boolean {
  if (typeof value === 'string') return hasPlaceholder(value);
  if (Array.isArray(value)) return value.some(holdsPlaceholder);
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(
    ([key, member]) => hasPlaceholder(key) || holdsPlaceholder(member),
  );
}

/** What stands for a placeholder while an object is judged: a text that every rule about names and references takes. */
const STAND_IN = /zqunknown\d+qz/;

/** Whether a text holds a part nobody knows yet. Rules ask before they judge a text. */
export function isUnknown(text: string): boolean {
  return text.includes('zqunknown') && STAND_IN.test(text);
}

/** An object with its placeholders replaced by stand-ins, and how to turn texts about it back. */
export interface KnownObject {
  readonly object: unknown;
  /** Puts the placeholders back into a message. */
  readonly restore: (text: string) => string;
}

/**
 * Replaces every placeholder, so that the rest of the object can be judged. The same placeholder becomes the same text
 * everywhere. A value that is nothing but `${{X}}` may have any type, so it is left out of its map.
 */
export function replacePlaceholders(object: unknown): KnownObject {
  if (!holdsPlaceholder(object)) return { object, restore: (text) => text };
  const standIns = new Map<string, string>();
  const standInFor = (placeholder: string): string => {
    const known = standIns.get(placeholder) ?? `zqunknown${standIns.size}qz`;
    standIns.set(placeholder, known);
    return known;
  };
  const replaceText = (text: string): string =>
    MAY_HOLD.test(text) ? text.replace(PLACEHOLDER, standInFor) : text;
  const replaced = replaceIn(object, replaceText);
  const originals = new Map([...standIns].map(([placeholder, standIn]) => [standIn, placeholder]));
  const restore = (text: string): string =>
    text.replace(/zqunknown\d+qz/g, (standIn) => originals.get(standIn) ?? standIn);
  return { object: replaced, restore };
}

function replaceIn(value: unknown, replaceText: (text: string) => string): unknown {
  if (typeof value === 'string') return replaceText(value);
  if (Array.isArray(value)) {
    return value.map((item) => (isWholeValue(item) ? null : replaceIn(item, replaceText)));
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => !isWholeValue(member))
      .map(([key, member]) => [replaceText(key), replaceIn(member, replaceText)]),
  );
}

function isWholeValue(value: unknown): boolean {
  return typeof value === 'string' && /^\$\{\{[\w.-]+\}\}$|^\{\{[^{}]*\}\}$/.test(value);
}
