import { isJsonObject } from '@imagestream/core';

/**
 * Shapes of wire objects as the server encodes them, and the one function that brings a value into its shape.
 *
 * The server decodes a body into typed records and encodes them again: unknown members vanish, null and absent become
 * the same, and what an unset member prints as depends on the member alone. A shape states that per member.
 */

/** What a member prints as when it is unset: its zero value, `null`, or nothing. */
export type UnsetForm = 'zero' | 'null' | 'omitted';

/** A member of a wire object. */
export type WireMember =
  | { readonly type: 'text' | 'boolean' | 'integer' | 'time' | 'raw'; readonly unset: UnsetForm }
  | { readonly type: 'texts' | 'textMap' | 'keys'; readonly unset: UnsetForm }
  | { readonly type: 'object' | 'objects'; readonly unset: UnsetForm; readonly shape: WireShape };

/** The members of a wire object by name. */
export type WireShape = Readonly<Record<string, WireMember>>;

/** A plain JSON object of unknown content. */
export type WireObject = Record<string, unknown>;

/**
 * Brings a value into a shape: known members only, unset ones in the form the server prints. A member of the wrong
 * JSON type counts as unset; whoever must report such a member checks the structure first.
 *
 * Returns a new object; reads own members only, so a `__proto__` member in the data does no harm.
 *
 * Source: conversion-shape.
 */
export function toWireShape(shape: WireShape, value: unknown): WireObject {
  const source = isJsonObject(value) ? value : undefined;
  const result: WireObject = {};
  for (const [name, member] of membersOf(shape)) {
    const given = source !== undefined && Object.hasOwn(source, name) ? source[name] : undefined;
    const read = readMember(member, given) ?? unsetValue(member);
    if (read !== undefined) result[name] = read;
  }
  return result;
}

/** Members by shape: listing them again for each of a hundred thousand tags would cost more than reading the tags. */
const LISTED = new WeakMap<WireShape, readonly (readonly [string, WireMember])[]>();

function membersOf(shape: WireShape): readonly (readonly [string, WireMember])[] {
  const listed = LISTED.get(shape) ?? Object.entries(shape);
  LISTED.set(shape, listed);
  return listed;
}

/** Returns undefined when the member counts as unset. Zero values of members that are omitted then are unset. */
function readMember(member: WireMember, value: unknown): unknown {
  switch (member.type) {
    case 'text':
      return typeof value === 'string' && value !== '' ? value : undefined;
    case 'boolean':
      return value === true ? true : undefined;
    case 'integer':
      return readInteger(member, value);
    case 'time':
      return typeof value === 'string' ? formatTime(value) : undefined;
    case 'raw':
      return value ?? undefined;
    case 'texts':
      return Array.isArray(value) && value.length > 0 ? value.map(toText) : undefined;
    case 'textMap':
      return readMap(member, value, toText);
    case 'keys':
      return readMap(member, value, () => ({}));
    case 'object':
      return readObject(member, value);
    case 'objects':
      if (!Array.isArray(value) || value.length === 0) return undefined;
      return value.map((item) => toWireShape(member.shape, item));
  }
}

/** A pointer to a number keeps its zero; a plain number that is omitted when unset does not. */
function readInteger(member: WireMember, value: unknown): number | undefined {
  if (typeof value !== 'number') return undefined;
  return value === 0 && member.unset === 'omitted' ? undefined : value;
}

/** A pointer to a record is unset only when absent; a plain record always prints. */
function readObject(
  member: { readonly unset: UnsetForm; readonly shape: WireShape },
  value: unknown,
): WireObject | undefined {
  if (!isJsonObject(value) && member.unset !== 'zero') return undefined;
  return toWireShape(member.shape, value);
}

/** An empty map is unset, unless the member tells null and empty apart. */
function readMap<T>(
  member: WireMember,
  value: unknown,
  read: (entry: unknown) => T,
): Record<string, T> | undefined {
  if (!isJsonObject(value)) return undefined;
  const entries = Object.entries(value);
  if (entries.length === 0 && member.unset !== 'null') return undefined;
  // fromEntries defines members instead of assigning them, so a key `__proto__` stays an ordinary key.
  return Object.fromEntries(entries.map(([key, entry]) => [key, read(entry)]));
}

function unsetValue(member: WireMember): unknown {
  if (member.unset === 'omitted') return undefined;
  if (member.unset === 'null') return null;
  switch (member.type) {
    case 'text':
      return '';
    case 'boolean':
      return false;
    case 'integer':
      return 0;
    case 'texts':
    case 'objects':
      return [];
    case 'textMap':
    case 'keys':
    case 'object':
      return {};
    case 'time':
    case 'raw':
      return null;
  }
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Whole seconds in UTC, as the server prints every time. Undefined for a text that is no time. */
function formatTime(text: string): string | undefined {
  if (PLAIN_TIME.test(text)) return text;
  if (!isTimeText(text)) return undefined;
  return new Date(text).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** Tells whether the server reads a text as a time. Source: conversion-time. */
export function isTimeText(text: string): boolean {
  return TIME.test(text) && !Number.isNaN(Date.parse(text));
}

/** RFC 3339, the only notation of a time that the server reads. Source: conversion-time. */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** A time that is printed already, which nearly all are, of a day that every month has. */
const PLAIN_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
