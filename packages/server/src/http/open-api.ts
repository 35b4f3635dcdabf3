import { encodeUtf8, type ServerAnswer } from './exchange.js';
import { notModified } from './plain-answers.js';

/** The documents the server publishes about itself. */
export interface OpenApiDocuments {
  /** `/openapi/v2`, as compact JSON. */
  readonly v2: string;
  /** The same as a protobuf Document message, which old kubectl needs; empty = not at hand. */
  readonly v2Protobuf: Uint8Array;
  /** `/openapi/v3/…` by path, such as `apis/image.openshift.io/v1`; compact JSON. */
  readonly v3: Readonly<Record<string, string>>;
}

interface Published {
  readonly bytes: Uint8Array;
  readonly hash: string;
}

const v2ProtobufType = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
/** The older spelling, which the MIME parser of old clients cannot even read in an answer. */
const v2ProtobufOldType = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
const uncached = 'no-cache, private';
const yearSeconds = 365 * 24 * 3600;

/** Serves the OpenAPI documents. Loaded and encoded on first use: many servers are never asked for them. Source: api-openapi. */
export class OpenApiEndpoint {
  readonly #load: () => Promise<OpenApiDocuments>;
  readonly #published = new Map<string, Promise<Published>>();

  constructor(load: () => Promise<OpenApiDocuments>) {
    this.#load = load;
  }

  /** The answer for a path below `/openapi/`; undefined for paths that are not there. Any method reads. */
  async answer(
    path: string,
    { query, accept, ifNoneMatch, now }: OpenApiRequest,
  ): Promise<ServerAnswer | undefined> {
    const isIndex = path === '/openapi/v3' || path === '/openapi/v3/';
    const name = path.startsWith('/openapi/v3/') ? path.slice('/openapi/v3/'.length) : '';
    if (path !== '/openapi/v2' && !isIndex && name === '') return undefined;
    const documents = await this.#load();
    if (path === '/openapi/v2') return this.#v2(documents, { accept, ifNoneMatch });
    if (isIndex) return this.#index(documents, ifNoneMatch);
    const document = Object.hasOwn(documents.v3, name) ? documents.v3[name] : undefined;
    // The real server answers an unknown document with nothing at all.
    if (document === undefined) return { status: 200, headers: { 'cache-control': uncached } };
    if (!acceptsJson(accept)) return refused('Accept');
    const published = await this.#publish(`v3:${name}`, document);
    return this.#hashed(published, { name, query, ifNoneMatch, now });
  }

  async #v2(
    documents: OpenApiDocuments,
    { accept, ifNoneMatch }: Pick<OpenApiRequest, 'accept' | 'ifNoneMatch'>,
  ): Promise<ServerAnswer> {
    const vary = 'Accept-Encoding, Accept';
    const protobuf = acceptsProtobuf(accept);
    if (!protobuf && !acceptsJson(accept)) return refused(vary);
    const { bytes, hash } = await this.#publish('v2', documents.v2);
    const headers = {
      'cache-control': uncached,
      'content-type': protobuf ? v2ProtobufType : 'application/json',
      etag: `"${hash}"`,
      vary,
    };
    if (ifNoneMatch === headers.etag) return notModified(headers);
    return { status: 200, headers, body: protobuf ? documents.v2Protobuf : bytes };
  }

  async #index(
    documents: OpenApiDocuments,
    ifNoneMatch: string | undefined,
  ): Promise<ServerAnswer> {
    const paths: Record<string, { serverRelativeURL: string }> = {};
    for (const [name, document] of Object.entries(documents.v3)) {
      const { hash } = await this.#publish(`v3:${name}`, document);
      paths[name] = { serverRelativeURL: `/openapi/v3/${name}?hash=${hash}` };
    }
    const { bytes, hash } = await this.#publish('index', JSON.stringify({ paths }));
    const headers = {
      'cache-control': uncached,
      'content-type': 'application/json',
      etag: `"${hash}"`,
    };
    return ifNoneMatch === headers.etag
      ? notModified(headers)
      : { status: 200, headers, body: bytes };
  }

  #hashed(
    { bytes, hash }: Published,
    { name, query, ifNoneMatch, now }: HashedRequest,
  ): ServerAnswer {
    const etag = `"${hash}"`;
    const headers = { 'cache-control': uncached, etag, vary: 'Accept' };
    const asked = query.get('hash') ?? '';
    if (asked !== '' && asked !== hash) {
      return { status: 301, headers: { ...headers, location: `/openapi/v3/${name}?hash=${hash}` } };
    }
    if (ifNoneMatch === etag) return notModified(headers);
    const expires = new Date(now.getTime() + yearSeconds * 1000).toUTCString();
    const forever = { 'cache-control': 'public, immutable', expires };
    return {
      status: 200,
      headers: {
        ...headers,
        ...(asked === '' ? {} : forever),
        'content-type': 'application/json',
      },
      body: bytes,
    };
  }

  #publish(key: string, document: string): Promise<Published> {
    let published = this.#published.get(key);
    if (published === undefined) {
      published = publish(document);
      this.#published.set(key, published);
    }
    return published;
  }
}

/** What the endpoint looks at in a request. */
export interface OpenApiRequest {
  readonly query: URLSearchParams;
  readonly accept: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly now: Date;
}

interface HashedRequest extends Pick<OpenApiRequest, 'query' | 'ifNoneMatch' | 'now'> {
  readonly name: string;
}

async function publish(document: string): Promise<Published> {
  const bytes = encodeUtf8(document);
  return { bytes, hash: await sha512Hex(bytes) };
}

/** The upper-case hexadecimal SHA-512 of bytes, as ETags carry it. */
export async function sha512Hex(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-512', new Uint8Array(bytes)));
  return [...digest]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}

function refused(vary: string): ServerAnswer {
  return { status: 406, headers: { 'cache-control': uncached, vary } };
}

function acceptedTypes(accept: string | undefined): string[] {
  return (accept ?? '*/*').split(',').map((clause) => clause.split(';')[0]?.trim() ?? '');
}

function acceptsJson(accept: string | undefined): boolean {
  return acceptedTypes(accept || undefined).some((type) =>
    ['*/*', 'application/*', 'application/json'].includes(type),
  );
}

function acceptsProtobuf(accept: string | undefined): boolean {
  return acceptedTypes(accept).some(
    (type) => type === v2ProtobufType || type === v2ProtobufOldType,
  );
}
