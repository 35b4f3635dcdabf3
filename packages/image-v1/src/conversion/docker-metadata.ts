import { isJsonObject } from '@imagestream/core';
import { findMismatches } from './wire-mismatch.js';
import {
  toWireShape,
  type UnsetForm,
  type WireMember,
  type WireObject,
  type WireShape,
} from './wire-shape.js';

/** A notation the server does not know; it answers 400. The message is the API server's own. */
export class DockerMetadataVersionError extends Error {
  override readonly name = 'DockerMetadataVersionError';
  readonly code = 'UnknownMetadataVersion';

  constructor(version: string) {
    const groupVersion = version.includes('/') ? version : `image.openshift.io/${version}`;
    super(`no kind "DockerImage" is registered for version "${groupVersion}"`);
  }
}

/**
 * What the server keeps about the content of an image, in the members of notation `1.0`: `Id`, `Created`,
 * `ContainerConfig`, `Config`, `Architecture`, `Size` and the like.
 */
export type DockerMetadata = WireObject;

/**
 * Reads the metadata record of an image. Unknown members are dropped; without a record the empty one is returned.
 *
 * Throws a {@link DockerMetadataVersionError} when there is a record in a notation other than `1.0` and `pre012`.
 *
 * Source: docker-metadata.
 */
export function readDockerMetadata(metadata: unknown, version: string): DockerMetadata {
  if (!isJsonObject(metadata)) return toWireShape(RECORD, undefined);
  const named = version === '' ? '1.0' : version;
  if (named === '1.0') return toWireShape(RECORD, metadata);
  if (named !== 'pre012') throw new DockerMetadataVersionError(named);
  return toWireShape(
    RECORD,
    renameMembers(metadata, (oldName) => NEW_NAMES.get(oldName)),
  );
}

/** Why the server could not decode a metadata record: where in the image, which value, in words. */
export interface DockerMetadataProblem {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  readonly detail: string;
}

/**
 * Returns what keeps the server from decoding the metadata record of an image: a notation it does not know, named by the
 * image or by the record itself, or a member of the wrong type.
 *
 * Source: docker-metadata.
 */
export function checkDockerMetadata(metadata: unknown, version: string): DockerMetadataProblem[] {
  if (!isJsonObject(metadata)) return [];
  const named = version === '' ? '1.0' : version;
  if (named !== '1.0' && named !== 'pre012') {
    const detail = new DockerMetadataVersionError(named).message;
    return [{ path: ['dockerImageMetadataVersion'], value: version, detail }];
  }
  const unknown = checkOwnNotation(metadata);
  if (unknown.length > 0) return unknown;
  const shape = named === '1.0' ? RECORD : renameMembers(RECORD, (name) => OLD_NAMES[name]);
  return findMismatches(shape, metadata).map(({ path, value, expected }) => ({
    path: ['dockerImageMetadata', ...path],
    value,
    detail: `must be ${expected}`,
  }));
}

/** A record may say its kind and notation itself, with or without the group. */
function checkOwnNotation(metadata: WireObject): DockerMetadataProblem[] {
  const { kind = '', apiVersion = '' } = metadata;
  const isKnownKind = kind === '' || kind === null || kind === 'DockerImage';
  if (isKnownKind && (apiVersion === null || KNOWN_NOTATIONS.has(apiVersion))) return [];
  const [name, notation] = [kind, apiVersion].map((value) =>
    typeof value === 'string' ? value : '?',
  );
  const detail = `no kind "${name}" is registered for version "${notation}"`;
  return [{ path: ['dockerImageMetadata'], value: metadata, detail }];
}

const KNOWN_NOTATIONS: ReadonlySet<unknown> = new Set([
  '',
  '1.0',
  'pre012',
  'image.openshift.io/1.0',
  'image.openshift.io/pre012',
]);

/**
 * Prints a metadata record in a notation, as the server does: with kind and apiVersion.
 *
 * Source: docker-metadata.
 */
export function formatDockerMetadata(record: DockerMetadata, version: string): WireObject {
  const named = version === '' ? '1.0' : version;
  const members = named === 'pre012' ? renameMembers(record, (name) => OLD_NAMES[name]) : record;
  const apiVersion = named.includes('/') ? named : `image.openshift.io/${named}`;
  return { kind: 'DockerImage', apiVersion, ...members };
}

/**
 * Reads the members that an image configuration and a schema 1 history entry spell in lower case.
 *
 * Source: image-fill.
 */
export function readDockerConfigMetadata(config: WireObject): DockerMetadata {
  return toWireShape(
    RECORD,
    renameMembers(config, (oldName) => NEW_NAMES.get(oldName)),
  );
}

const text = (unset: UnsetForm = 'omitted'): WireMember => ({ type: 'text', unset });
const integer: WireMember = { type: 'integer', unset: 'omitted' };
const flag: WireMember = { type: 'boolean', unset: 'omitted' };
const texts: WireMember = { type: 'texts', unset: 'omitted' };
/** A set of names, written as a map to empty objects. */
const keys: WireMember = { type: 'keys', unset: 'omitted' };

const CONFIG: WireShape = {
  Hostname: text(),
  Domainname: text(),
  User: text(),
  Memory: integer,
  MemorySwap: integer,
  CpuShares: integer,
  Cpuset: text(),
  AttachStdin: flag,
  AttachStdout: flag,
  AttachStderr: flag,
  PortSpecs: texts,
  ExposedPorts: keys,
  Tty: flag,
  OpenStdin: flag,
  StdinOnce: flag,
  Env: texts,
  Cmd: texts,
  Dns: texts,
  Image: text(),
  Volumes: keys,
  VolumesFrom: text(),
  WorkingDir: text(),
  Entrypoint: texts,
  NetworkDisabled: flag,
  SecurityOpts: texts,
  OnBuild: texts,
  Labels: { type: 'textMap', unset: 'omitted' },
};

const RECORD: WireShape = {
  Id: text('zero'),
  Parent: text(),
  Comment: text(),
  Created: { type: 'time', unset: 'null' },
  Container: text(),
  ContainerConfig: { type: 'object', unset: 'zero', shape: CONFIG },
  DockerVersion: text(),
  Author: text(),
  Config: { type: 'object', unset: 'omitted', shape: CONFIG },
  Architecture: text(),
  Size: integer,
};

/** How notation `pre012`, image configurations and schema 1 histories spell the members of notation `1.0`. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  Id: 'id',
  Parent: 'parent',
  Comment: 'comment',
  Created: 'created',
  Container: 'container',
  ContainerConfig: 'container_config',
  DockerVersion: 'docker_version',
  Author: 'author',
  Config: 'config',
  Architecture: 'architecture',
  Size: 'size',
};

const NEW_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(OLD_NAMES).map(([newName, oldName]) => [oldName, newName]),
);

/** Members without a name in the other notation are dropped. */
function renameMembers<T>(
  record: Readonly<Record<string, T>>,
  rename: (name: string) => string | undefined,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => {
      const renamed = rename(name);
      return renamed === undefined ? [] : [[renamed, value]];
    }),
  );
}
