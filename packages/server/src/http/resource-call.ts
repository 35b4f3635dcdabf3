import {
  badRequestError,
  isJsonObject,
  requestTooLargeError,
  type KubeObject,
} from '@imagestream/core';
import type { GroupVersionKind, JsonObject } from '../decode/decoded.js';
import type { RequestContext } from '../registry/request-context.js';
import type { ClusterObjects } from '../registry/resource-dependencies.js';
import type { Rest } from '../registry/rest.js';
import type { Bodies } from './bodies.js';
import { contentTypeOf, encodeObject, groupApiVersion, type Encoding } from './encode.js';
import {
  BodyTooLargeError,
  type BytesBody,
  type ServerAnswer,
  type ServerRequest,
} from './exchange.js';
import { negotiate, type Conversion, type MediaType } from './negotiate.js';
import type { Printer, PrintRequest } from './printer.js';
import type { ResourcePath } from './request-info.js';

/** What verbs need of the server, besides the call itself. */
export interface VerbParts {
  readonly bodies: Bodies;
  readonly cluster: ClusterObjects;
  readonly printer: Printer;
  /** The largest body that is read. */
  readonly maxBodyBytes: number;
  /** Watches end after a random time from this up to twice this, unless the client says when. */
  readonly watchSeconds: number;
  /** How many events may wait for a watcher that reads slowly; undefined = the cache's own limit. */
  readonly maxQueuedEvents: number | undefined;
  readonly random: () => number;
  /** Told how to end a watch when it begins; returns what to call when it is over. */
  readonly onWatch: (end: () => void) => () => void;
}

/** One request on one resource: routed, authenticated, authorized. */
export interface ResourceCall {
  readonly request: ServerRequest;
  readonly query: URLSearchParams;
  readonly path: ResourcePath;
  readonly rest: Rest;
  /** With the write options at their defaults; writing verbs put the parsed ones in. */
  readonly context: RequestContext;
  readonly parts: VerbParts;
}

/** The apiVersion of the surface a call came in by. */
export function surfaceVersion({ root }: ResourcePath): string {
  return root === 'oapi' ? 'v1' : groupApiVersion;
}

/** What a body sent to an endpoint is taken for: on the 3.x surface a kind without a group. */
export function bodyKind({ rest, path }: ResourceCall): GroupVersionKind {
  const { group, version, kind } = rest.info;
  return { group: path.root === 'oapi' ? '' : group, version, kind };
}

/** What an endpoint stores and serves. */
export function endpointKind({ rest }: ResourceCall): GroupVersionKind {
  const { group, version, kind } = rest.info;
  return { group, version, kind };
}

/** Chooses the form of the answer, pretty printing included. */
export function answerForm(call: ResourceCall): MediaType & Encoding {
  const media = negotiate(call.request.header('accept'), {
    conversions: true,
    tables: call.rest.tables ?? true,
  });
  const encoding = encodingOf(call, media);
  if (media.conversion === undefined) return encoding;
  return { ...encoding, conversion: media.conversion };
}

/** How an answer in a negotiated form is written. */
export function encodingOf(
  { request, query, path }: Pick<ResourceCall, 'request' | 'query' | 'path'>,
  media: MediaType,
): Encoding {
  const { format } = media;
  const pretty = media.pretty || wantsPretty(query, request.header('user-agent'));
  const apiVersion = surfaceVersion(path);
  return { format, pretty, apiVersion };
}

/** Whether a person reads the answer: asked for by `pretty`, or guessed from the user agent. */
export function wantsPretty(query: URLSearchParams, userAgent = ''): boolean {
  const pretty = query.get('pretty') ?? '';
  if (pretty !== '') return ['1', 't', 'T', 'true', 'True', 'TRUE'].includes(pretty);
  return userAgent !== '' && /^(curl|Wget|Mozilla\/5\.0)/.test(userAgent);
}

/** The body of a request; 413 when it is larger than the server reads. Source: api-limits. */
export async function readBody({ request, parts }: ResourceCall): Promise<Uint8Array> {
  try {
    return await request.body(parts.maxBodyBytes);
  } catch (error) {
    if (error instanceof BodyTooLargeError) throw requestTooLargeError(error.limitBytes);
    throw error;
  }
}

/** An answer with a body in a format. */
export function bytesAnswer(status: number, body: BytesBody, { format }: Encoding): ServerAnswer {
  return { status, headers: { 'content-type': contentTypeOf(format) }, body };
}

/** An object or Status as the answer, in the form asked for. */
export function objectAnswer(call: ResourceCall, status: number, object: KubeObject): ServerAnswer {
  const form = answerForm(call);
  const shown =
    form.conversion === undefined
      ? object
      : call.parts.printer.object(object, toPrint(call, form.conversion));
  return bytesAnswer(status, encodeObject(shown, form), form);
}

/** What a printer is told about a call. */
export function toPrint(call: ResourceCall, conversion: Conversion): PrintRequest {
  return {
    conversion,
    info: call.rest.info,
    includeObject: call.query.get('includeObject') ?? '',
    now: call.context.now(),
  };
}

/** A decoded object as the kind its endpoint serves, whichever surface it came in by. */
export function asObject({ rest }: ResourceCall, object: JsonObject): KubeObject {
  const { metadata = {} } = object;
  const { group, version, kind } = rest.info;
  const apiVersion = `${group}/${version}`;
  if (!isJsonObject(metadata)) throw badRequestError('the metadata of the object is no object');
  return { ...object, apiVersion, kind, metadata };
}

/**
 * The object in the form the server stores it. An empty list of managedFields, which asks to forget who owns what, is no
 * part of that form and is kept nevertheless until ownership is settled.
 */
export function normalizeObject({ rest }: ResourceCall, object: KubeObject): KubeObject {
  const { managedFields } = object.metadata;
  const normal = rest.normalize?.(object) ?? object;
  if (managedFields === undefined || normal.metadata.managedFields !== undefined) return normal;
  return { ...normal, metadata: { ...normal.metadata, managedFields } };
}

/** The namespace of a body must be that of the URL; an absent one is filled in. Changes `object`. */
export function settleNamespace(
  { rest, context }: Pick<ResourceCall, 'rest' | 'context'>,
  object: KubeObject,
): void {
  const { metadata } = object;
  if (rest.info.scope === 'Cluster') {
    delete metadata.namespace;
    return;
  }
  if ((metadata.namespace ?? '') === '') metadata.namespace = context.namespace;
  if (metadata.namespace !== context.namespace) {
    throw badRequestError(
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  }
}

/** The name of a body must be that of the URL. */
export function checkName(name: string, object: KubeObject): void {
  const given = object.metadata.name ?? '';
  if (given === '') {
    throw badRequestError(
      `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
    );
  }
  if (given !== name) {
    throw badRequestError(
      `the name of the object (${given}) does not match the name on the URL (${name})`,
    );
  }
}
