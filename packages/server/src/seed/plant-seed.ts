import { isStatus, type KubeObject } from '@imagestream/core';
import { encodeUtf8, type ServerAnswer, type ServerRequest } from '../http/exchange.js';

/** A seed object that was refused; `cause` is the Status. */
export class SeedError extends Error {
  constructor(object: KubeObject, answer: ServerAnswer, status: unknown) {
    const { namespace, name } = object.metadata;
    const what = [object.kind, [namespace, name].filter(Boolean).join('/')].join(' ');
    const message = isStatus(status) ? status.message : `the server answered ${answer.status}`;
    super(`seed: ${what}: ${message ?? ''}`, { cause: status });
    this.name = 'SeedError';
  }
}

const groupVersion = 'image.openshift.io/v1';
const root = `/apis/${groupVersion}`;

/** Where objects of a kind are created, in the order in which kinds need each other. */
const plantable = {
  Image: { resource: 'images', namespaced: false },
  ImageStream: { resource: 'imagestreams', namespaced: true },
  ImageStreamMapping: { resource: 'imagestreammappings', namespaced: true },
  ImageStreamTag: { resource: 'imagestreamtags', namespaced: true },
  ImageTag: { resource: 'imagetags', namespaced: true },
} as const;

/**
 * Creates the seed's image objects through the server's own API, so that every rule holds for them too. What exists is
 * left as it is, so that a durable server can start with the same seed again. The status of a stream is put in by a
 * second write.
 *
 * Source: server-seed.
 *
 * Rejects with a SeedError for the first object that is refused.
 */
export async function plantSeed(
  seed: readonly KubeObject[],
  handle: (request: ServerRequest) => Promise<ServerAnswer>,
): Promise<void> {
  for (const [kind, place] of Object.entries(plantable)) {
    for (const object of seed.filter((candidate) => isOf(candidate, kind))) {
      const { namespace = 'default' } = object.metadata;
      const folder = place.namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : '';
      await plant(object, `${root}${folder}/${place.resource}`, handle);
    }
  }
}

/** Objects of the 3.x API count as well: their apiVersion is `v1`. */
function isOf({ apiVersion, kind }: KubeObject, wanted: string): boolean {
  return kind === wanted && (apiVersion === groupVersion || apiVersion === 'v1');
}

async function plant(
  object: KubeObject,
  path: string,
  handle: (request: ServerRequest) => Promise<ServerAnswer>,
): Promise<void> {
  const {
    resourceVersion: _resourceVersion,
    managedFields: _managed,
    ...metadata
  } = object.metadata;
  const body = { ...object, apiVersion: groupVersion, metadata };
  const created = await handle(jsonRequest('POST', path, body));
  if (created.status === 409) return;
  const stored = readAnswer(created);
  if (created.status >= 300) throw new SeedError(object, created, stored);
  if (object.kind !== 'ImageStream' || !('status' in object)) return;
  const update = { ...(stored as KubeObject), status: object.status };
  const statusPath = `${path}/${encodeURIComponent(metadata.name ?? '')}/status`;
  const updated = await handle(jsonRequest('PUT', statusPath, update));
  if (updated.status >= 300) throw new SeedError(object, updated, readAnswer(updated));
}

function readAnswer({ body }: ServerAnswer): unknown {
  if (!(body instanceof Uint8Array)) return undefined;
  return JSON.parse(new TextDecoder().decode(body));
}

/** A request of the server to itself. */
function jsonRequest(method: string, target: string, body: object): ServerRequest {
  const headers: Readonly<Record<string, string>> = {
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'imagestream-server-seed',
  };
  return {
    method,
    target,
    header: (name) => headers[name],
    headerValues: (name) => [headers[name] ?? []].flat(),
    headerNames: () => Object.keys(headers),
    body: () => Promise.resolve(encodeUtf8(JSON.stringify(body))),
    signal: new AbortController().signal,
  };
}
