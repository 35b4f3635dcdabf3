import { decodeStruct } from './decode-typed.js';
import type { JsonObject } from './decoded.js';
import { fromPlainValue } from './json-node.js';
import { UnknownKindError, interpretTypeMeta } from './type-meta.js';
import type { TypeTable } from './type-table.js';

/** The version of an embedded object that names none. */
export const DEFAULT_EMBEDDED_VERSION = '1.0';

const GROUP = 'image.openshift.io';
const KIND = 'DockerImage';
/** The registry of types the real server looks embedded kinds up in; its error texts name it. */
const SCHEME = 'apiserver/pkg/image/apis/image/v1/conversion.go:22';

/**
 * An embedded object (`dockerImageMetadata`) as the server writes it: read as the version it says it is, unknown members
 * dropped, written as `version` with kind and apiVersion. Nothing gives the empty record.
 *
 * Throws an UnknownKindError for a kind or version there is no type for, and what decoding throws. Source: body-embedded-metadata.
 */
export function reencodeEmbedded(
  value: unknown,
  options: {
    readonly version: string;
    readonly table: TypeTable;
    /** Brings the record into the encoder's form. */
    toWireForm(value: JsonObject, of: { table: TypeTable; struct: string }): JsonObject;
  },
): JsonObject {
  const { version, table } = options;
  const target = structName(version, table);
  const own = value === undefined || value === null ? {} : readOwn(value, version, table);
  const encoded = options.toWireForm(own, { table, struct: target });
  return { kind: KIND, apiVersion: `${GROUP}/${version}`, ...withoutTypeMeta(encoded) };
}

/** The object's fields under the names of the version that is written. */
function readOwn(value: unknown, version: string, table: TypeTable): JsonObject {
  const node = fromPlainValue(value);
  const meta = interpretTypeMeta(node);
  const apiVersion = meta.apiVersion === '' ? version : meta.apiVersion;
  const ownVersion = apiVersion.startsWith(`${GROUP}/`)
    ? apiVersion.slice(GROUP.length + 1)
    : apiVersion;
  if ((meta.kind !== '' && meta.kind !== KIND) || table[`${KIND}/${ownVersion}`] === undefined) {
    throw new UnknownKindError({ kind: meta.kind || KIND, apiVersion }, SCHEME);
  }
  const own = decodeStruct(node, { table, struct: `${KIND}/${ownVersion}` }).value;
  return ownVersion === version ? own : rename(own, [ownVersion, version], table);
}

function structName(version: string, table: TypeTable): string {
  const name = `${KIND}/${version}`;
  if (table[name] === undefined) {
    throw new UnknownKindError({ kind: KIND, apiVersion: `${GROUP}/${version}` }, SCHEME);
  }
  return name;
}

/** The versions of the record have the same fields in the same order, under other names. */
function rename(
  value: JsonObject,
  [from, to]: readonly [string, string],
  table: TypeTable,
): JsonObject {
  const targets = table[`${KIND}/${to}`]?.fields ?? [];
  const result: JsonObject = {};
  (table[`${KIND}/${from}`]?.fields ?? []).forEach(({ name }, index) => {
    const target = targets[index];
    if (target !== undefined && Object.hasOwn(value, name)) result[target.name] = value[name];
  });
  return result;
}

function withoutTypeMeta(value: JsonObject): JsonObject {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = value;
  return rest;
}
