/** The project's client, with what it does and is told noted down. */
import { createHash } from 'node:crypto';
import {
  createImageClient,
  isApiError,
  mergePatch,
  TransportError,
  type FetchFunction,
  type ImageClient,
  type Page,
} from '@imagestream/client';
import { nodeFetch } from '@imagestream/client/node';
import type { ImageStream } from '@imagestream/image-v1';
import type { ListReading, Operation, Outcome, Request, Version } from './operation.js';
import type { Recorder } from './recorder.js';

/** Where clients work. */
export const BUSY_NAMESPACE = 'busy';
/** Where hardly anything happens: who follows it knows of old revisions only, which must not matter. */
export const QUIET_NAMESPACE = 'quiet';

const PUT = 'cluster.test/put';
const PATCH = 'cluster.test/patch';
/**
 * How long clients wait for an answer: the patient longer than servers try, so that they hear what became of a request that
 * went astray; the others so short that servers answer when nobody waits for it.
 */
export const PATIENCE_MS = { patient: 15_000, impatient: 2_000 } as const;

/** How streams are reached. */
export interface StreamClientOptions {
  readonly recorder: Recorder;
  readonly name: string;
  readonly url: string;
  readonly namespace: string;
  /** How long one request may take. */
  readonly timeoutMs: number;
  /** Default: one with connections of its own. */
  readonly fetch?: FetchFunction;
}

/** How a list is asked for. */
export interface ListWish {
  /** 0: whatever is there at once; else nothing older; absent: as new as can be. */
  readonly notOlderThan?: number;
  readonly pageSize?: number;
}

/** Streams of one namespace through one server. It sends every request once. */
export class StreamClient {
  readonly name: string;
  readonly client: ImageClient;
  readonly namespace: string;
  readonly #recorder: Recorder;

  constructor(options: StreamClientOptions) {
    const { recorder, name, url, namespace, timeoutMs, fetch = nodeFetch() } = options;
    this.#recorder = recorder;
    this.name = name;
    this.namespace = namespace;
    this.client = createImageClient({
      baseUrl: url,
      fetch,
      maxRetries: 0,
      timeoutMs,
      backoff: { initialDelayMs: 100, maxDelayMs: 1_000 },
      ...('close' in fetch && typeof fetch.close === 'function'
        ? { close: fetch.close as () => void } // That of nodeFetch.
        : {}),
    });
  }

  /** Does one thing to one stream. */
  perform(who: string, key: string, request: Request): Promise<Operation> {
    return this.#recorder.operation({ key, by: `${who}@${this.name}`, request }, async () => {
      try {
        return await this.#send(key, request);
      } catch (error) {
        return this.#outcomeOf(error, request);
      }
    });
  }

  /** Reads all streams at one moment. */
  list(who: string, { notOlderThan, pageSize }: ListWish = {}): Promise<void> {
    const about = {
      by: `${who}@${this.name}`,
      consistent: notOlderThan === undefined,
      notOlderThan: notOlderThan ?? 0,
    };
    return this.#recorder.list(about, async () => {
      try {
        return await readPages(
          this.client.imageStreams.in(this.namespace).list({
            ...(notOlderThan === undefined ? {} : { resourceVersion: String(notOlderThan) }),
            ...(notOlderThan === undefined || notOlderThan === 0
              ? {}
              : { resourceVersionMatch: 'NotOlderThan' as const }),
            ...(pageSize === undefined ? {} : { pageSize }),
          }),
        );
      } catch (error) {
        this.#outcomeOf(error, { type: 'read' });
        return undefined;
      }
    });
  }

  close(): void {
    this.client.close();
  }

  async #send(key: string, request: Request): Promise<Outcome> {
    const streams = this.client.imageStreams.in(this.namespace);
    switch (request.type) {
      case 'create':
        return ok(await streams.create(toStream(key, { put: request.put, patch: '' })));
      case 'update': {
        const { expectedRv, put, patch } = request;
        return ok(await streams.update(toStream(key, { put, patch, rv: expectedRv })));
      }
      case 'patch': {
        const metadata = { annotations: { [PATCH]: request.patch } };
        return ok(await streams.patch(key, mergePatch({ metadata })));
      }
      case 'delete': {
        const { expectedRv, expectedUid } = request;
        const answer = await streams.delete(key, {
          ...(expectedRv === undefined ? {} : { resourceVersion: String(expectedRv) }),
          ...(expectedUid === undefined ? {} : { uid: expectedUid }),
        });
        const uid = 'details' in answer ? answer.details?.uid : undefined;
        return { type: 'deleted', ...(uid === undefined ? {} : { uid }) };
      }
      case 'read':
        return ok(await streams.get(key));
    }
  }

  /** What is known about a request that was not answered as it should. */
  #outcomeOf(error: unknown, request: Request): Outcome {
    const lost: Outcome = { type: request.type === 'read' ? 'refused' : 'unknown' };
    if (error instanceof TransportError) return neverSent(error) ? { type: 'refused' } : lost;
    if (!isApiError(error)) throw error;
    for (const type of ['NotFound', 'Conflict', 'AlreadyExists'] as const) {
      if (isApiError(error, type)) return { type };
    }
    const { code, retryAfterMs } = error;
    const expected = (code === 503 || code === 504) && retryAfterMs !== undefined;
    if (!expected && code !== 429) {
      this.#recorder.wrongAnswers.push(
        `${request.type} at ${this.name}: ${code}${retryAfterMs === undefined ? ' without Retry-After' : ''} ${error.message}`,
      );
    }
    // A client repeats these two whatever it asked for, so nothing may have been done.
    return code === 429 || (code === 503 && retryAfterMs !== undefined)
      ? { type: 'refused' }
      : lost;
  }
}

function neverSent(error: Error): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && cause.code === 'ECONNREFUSED') return true;
  }
  return false;
}

async function readPages(
  first: PromiseLike<Page<ImageStream>>,
): Promise<Pick<ListReading, 'rv' | 'items'>> {
  const items = new Map<string, Version>();
  let rv = '';
  for (let page: Page<ImageStream> | undefined = await first; page; page = await page.next()) {
    rv = page.resourceVersion;
    for (const stream of page.items) items.set(stream.metadata.name ?? '', versionOf(stream));
  }
  return { rv: Number(rv), items };
}

function ok(stream: ImageStream): Outcome {
  return { type: 'ok', version: versionOf(stream) };
}

/** What a run looks at in a stream. */
export function versionOf({ metadata }: ImageStream): Version {
  const { resourceVersion = '', uid = '', annotations } = metadata;
  return {
    rv: Number(resourceVersion),
    uid,
    put: annotations?.[PUT] ?? '',
    patch: annotations?.[PATCH] ?? '',
  };
}

/** Tells apart what servers say about a stream, to the byte. */
export function digestOf(stream: ImageStream): string {
  return createHash('sha256').update(JSON.stringify(stream)).digest('base64url').slice(0, 12);
}

function toStream(
  name: string,
  { put, patch, rv }: { readonly put: string; readonly patch: string; readonly rv?: number },
): ImageStream {
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: {
      name,
      annotations: { [PUT]: put, ...(patch === '' ? {} : { [PATCH]: patch }) },
      ...(rv === undefined ? {} : { resourceVersion: String(rv) }),
    },
  };
}
