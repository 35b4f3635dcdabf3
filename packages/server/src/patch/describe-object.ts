import { isJsonObject } from '@imagestream/core';
import type { JsonObject } from '../decode/decoded.js';
import { splitApiVersion } from '../decode/type-meta.js';

/** `namespace/name; group/version, Kind=kind`, as errors about ownership name an object. */
export function describeObject(object: JsonObject): string {
  const { apiVersion, kind } = object;
  const { group, version } = splitApiVersion(asText(apiVersion));
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
  const name = `${asText(metadata['namespace'])}/${asText(metadata['name'])}`;
  return `${name}; ${group}/${version}, Kind=${asText(kind)}`;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
