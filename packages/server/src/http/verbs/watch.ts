import type { KubeObject } from '@imagestream/core';
import { RevisionExpiredError } from '../../cache/cache-errors.js';
import { expiredWatch } from '../../registry/read-objects.js';
import type { OpenWatch, StoredRest } from '../../registry/stored-rest.js';
import { encodeUtf8, type ServerAnswer, type StreamBody } from '../exchange.js';
import { knownFailure } from '../known-failure.js';
import type { ListRequest } from '../list-options.js';
import { negotiate, negotiateStream, type Conversion } from '../negotiate.js';
import { surfaceVersion, toPrint, type ResourceCall } from '../resource-call.js';
import {
  bookmarkMetadata,
  errorBody,
  jsonEvents,
  watchBody,
  type EventEncoder,
} from '../watch-stream.js';

/** A watch: headers at once, then one line per event. Source: api-watch. */
export async function watchVerb(
  call: ResourceCall,
  rest: StoredRest,
  request: ListRequest,
): Promise<ServerAnswer> {
  const accept = call.request.header('accept');
  negotiate(accept, { conversions: true });
  const { conversion } = negotiateStream(accept, { conversions: true });
  if (conversion !== undefined) checkConversion(call, rest, conversion);
  const body = await openBody(call, rest, { request, conversion });
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

async function openBody(
  call: ResourceCall,
  rest: StoredRest,
  {
    request,
    conversion,
  }: { readonly request: ListRequest; readonly conversion?: Conversion | undefined },
): Promise<StreamBody> {
  const { parts, context } = call;
  let open: OpenWatch;
  try {
    open = await rest.watch(context, {
      ...request,
      signal: call.request.signal,
      ...(parts.maxQueuedEvents === undefined ? {} : { maxQueued: parts.maxQueuedEvents }),
    });
  } catch (error) {
    if (error instanceof RevisionExpiredError) {
      return errorBody(expiredWatch(error.requestedRevision, error.oldestRevision).status);
    }
    // The state of a version that does not come is missed inside the stream, too.
    const status = knownFailure(error);
    if (status?.reason === 'Timeout') return errorBody(status);
    throw error;
  }
  const seconds = request.timeoutSeconds ?? parts.watchSeconds * (1 + parts.random());
  return watchBody(open, {
    encoder:
      conversion === undefined ? plainEvents(call, rest) : printedEvents(call, rest, conversion),
    bookmarks: request.allowWatchBookmarks,
    durationMs: seconds * 1000,
    onStart: parts.onWatch,
  });
}

function plainEvents(call: ResourceCall, rest: StoredRest): EventEncoder {
  const encoder = jsonEvents((metadata) => rest.blank(metadata));
  const apiVersion = surfaceVersion(call.path);
  if (call.path.root === 'apis') return encoder;
  const toLine = (type: string, object: KubeObject): Uint8Array =>
    encodeUtf8(`${JSON.stringify({ type, object: { ...object, apiVersion } })}\n`);
  return {
    event: (event) => event.memo('oapi', () => toLine(event.type, event.entry.object)),
    bookmark: (mark) => {
      const metadata = bookmarkMetadata(mark.revision, mark.endsInitialEvents);
      return toLine('BOOKMARK', rest.blank(metadata));
    },
  };
}

/** Refuses before the stream begins what none of its events could be turned into. */
function checkConversion(call: ResourceCall, rest: StoredRest, conversion: Conversion): void {
  call.parts.printer.object(rest.blank({}), toPrint(call, conversion));
}

/** Tables and the like. Columns are named in the first event only. */
function printedEvents(call: ResourceCall, rest: StoredRest, conversion: Conversion): EventEncoder {
  let first = true;
  const print = (type: string, object: KubeObject): Uint8Array => {
    const printed = call.parts.printer.object(object, toPrint(call, conversion));
    const repeated = conversion.kind === 'Table' && !first;
    first = false;
    const shown = repeated ? { ...printed, columnDefinitions: null } : printed;
    return encodeUtf8(`${JSON.stringify({ type, object: shown })}\n`);
  };
  return {
    event: ({ type, entry }) => print(type, entry.object),
    bookmark: ({ revision, endsInitialEvents }) =>
      print('BOOKMARK', rest.blank(bookmarkMetadata(revision, endsInitialEvents))),
  };
}
