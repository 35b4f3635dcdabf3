import { isJsonObject } from '@imagestream/core';
import { MEDIA_TYPES } from '@imagestream/image-v1';
import { manifestDigest } from '../lifecycle/canonical-manifest.js';
import { digestOf } from '../lifecycle/image-digest.js';
import { readText } from './registry-answer.js';
import type { RegistryFetch } from './registry-request.js';
import { RegistrySession } from './registry-session.js';
import {
  RegistryError,
  type FetchedManifest,
  type RegistrySource,
  type RepositoryConnection,
} from './registry-source.js';

/** How a source of registries over HTTP is set up. */
export interface OciSourceOptions {
  /** Sends requests; default the global `fetch`, which verifies certificates whatever is asked of it. */
  readonly fetch?: RegistryFetch;
}

/** Manifests and configs are a few kilobytes; registries refuse manifests beyond 4 MiB. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
const MAX_BLOB_BYTES = 8 * 1024 * 1024;
const MAX_TAG_PAGE_BYTES = 4 * 1024 * 1024;
/** A registry that never comes to the end of its tags is cut off here. */
const MAX_TAG_PAGES = 200;

/** Source: import-registry-calls. */
const MANIFEST_TYPES: readonly string[] = [
  MEDIA_TYPES.dockerManifestList,
  MEDIA_TYPES.ociIndex,
  MEDIA_TYPES.dockerSchema1Signed,
  'application/json',
  MEDIA_TYPES.dockerSchema2,
  MEDIA_TYPES.ociManifest,
];

/**
 * Reads real registries over the registry HTTP API v2, with anonymous, basic and token authentication. Requests have time
 * limits, answers size limits; content is checked against its digest.
 *
 * Source: import-registry-calls.
 */
export function createOciSource(options: OciSourceOptions = {}): RegistrySource {
  const fetch = options.fetch ?? ((request) => globalThis.fetch(request));
  return {
    connect: (target, signal) => connectionTo(new RegistrySession(target, fetch, signal)),
  };
}

function connectionTo(session: RegistrySession): RepositoryConnection {
  return {
    listTags: () => listTags(session),
    manifest: (reference) => fetchManifest(session, reference),
    async blob(digest) {
      const response = await session.request(`blobs/${digest}`);
      const text = await readText(response, MAX_BLOB_BYTES);
      await checkDigest(digest, await digestOf(text));
      return text;
    },
    async blobSizeBytes(digest) {
      const response = await session.request(`blobs/${digest}`, { method: 'HEAD' });
      return Number(response.headers.get('content-length') ?? 0);
    },
  };
}

async function fetchManifest(
  session: RegistrySession,
  reference: string,
): Promise<FetchedManifest> {
  const response = await session.request(`manifests/${reference}`, { accept: MANIFEST_TYPES });
  const text = await readText(response, MAX_MANIFEST_BYTES);
  const [mediaType = ''] = (response.headers.get('content-type') ?? '').split(';');
  if (reference.includes(':')) await checkDigest(reference, await manifestDigest(text));
  return { text, mediaType: mediaType.trim() };
}

/** Only sha256 can be computed here; content under another algorithm is taken as it comes, as nothing else names it. */
async function checkDigest(expected: string, actual: string): Promise<void> {
  if (!expected.startsWith('sha256:') || expected === actual) return;
  throw new RegistryError(
    'Failed',
    `content integrity error: the manifest retrieved with digest ${expected} does not match the digest calculated from the content ${actual}`,
  );
}

/** Follows `Link` headers to the same registry until there is none. */
async function listTags(session: RegistrySession): Promise<string[]> {
  const tags: string[] = [];
  let next: string | URL | undefined = 'tags/list';
  for (let page = 1; next !== undefined; page += 1) {
    if (page > MAX_TAG_PAGES) {
      throw new RegistryError(
        'Failed',
        `the registry lists more than ${MAX_TAG_PAGES} pages of tags`,
      );
    }
    const response: Response = await session.request(next);
    tags.push(...readTags(await readText(response, MAX_TAG_PAGE_BYTES)));
    next = nextPage(response.headers.get('link') ?? '', await session.baseUrl());
  }
  return tags;
}

function readTags(text: string): string[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new RegistryError('Failed', 'the registry sent a list of tags that is no JSON', {
      cause,
    });
  }
  const tags = isJsonObject(body) ? body['tags'] : undefined;
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
}

function nextPage(link: string, base: URL): URL | undefined {
  const target = /^\s*<([^>]*)>\s*;[^,]*rel="?next"?/.exec(link)?.[1];
  if (target === undefined) return undefined;
  const url = new URL(target, base);
  if (url.origin !== base.origin) {
    throw new RegistryError(
      'Failed',
      `the registry continues its tags at another host: ${url.host}`,
    );
  }
  return url;
}
