import { isStatus, type KubeObject } from '@imagestream/core';
import {
  encodeUtf8,
  isStreamBody,
  joinBody,
  type ServerAnswer,
  type ServerRequest,
} from '../http/exchange.js';

/** Answers a request of the server to itself. */
type Handle = (request: ServerRequest) => Promise<ServerAnswer>;

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
export async function plantSeed(seed: readonly KubeObject[], handle: Handle): Promise<void> {
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

async function plant(object: KubeObject, path: string, handle: Handle): Promise<void> {
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
  const name = encodeURIComponent(metadata.name ?? '');
  await plantStatus(object, { handle, path: `${path}/${name}`, stored });
}

/** How often the status is tried: other servers on the same store may change a stream as soon as it is there. */
const statusAttempts = 5;

async function plantStatus(
  object: KubeObject & { readonly status: unknown },
  place: { readonly handle: Handle; readonly path: string; readonly stored: unknown },
): Promise<void> {
  const { handle, path } = place;
  let { stored } = place;
  for (let attempt = 1; ; attempt++) {
    const update = { ...(stored as KubeObject), status: object.status };
    const updated = await handle(jsonRequest('PUT', `${path}/status`, update));
    // Whoever has deleted it meanwhile counts for more than what it was to begin with.
    if (updated.status < 300 || updated.status === 404) return;
    if (updated.status !== 409 || attempt === statusAttempts) {
      throw new SeedError(object, updated, readAnswer(updated));
    }
    const read = await handle(jsonRequest('GET', path));
    stored = readAnswer(read);
    if (read.status === 404) return;
    if (read.status >= 300) throw new SeedError(object, read, stored);
  }
}

function readAnswer({ body }: ServerAnswer): unknown {
  if (body === undefined || isStreamBody(body)) return undefined;
  return JSON.parse(new TextDecoder().decode(joinBody(body)));
}

/** A request of the server to itself. */
function jsonRequest(method: string, target: string, body?: object): ServerRequest {
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
    body: () => Promise.resolve(encodeUtf8(body === undefined ? '' : JSON.stringify(body))),
    signal: new AbortController().signal,
  };
}
