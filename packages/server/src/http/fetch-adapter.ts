import type { AnswerSink, ServerAnswer, ServerRequest, StreamBody } from './exchange.js';
import { BodyTooLargeError, isStreamBody, joinBody, joinBytes } from './exchange.js';

/** Reads a web `Request`. The host of its URL does not matter. */
export function fromRequest(request: Request): ServerRequest {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method.toUpperCase(),
    target: pathname + search,
    header: (name) => request.headers.get(name) ?? undefined,
    headerValues: (name) => splitList(request.headers.get(name)),
    headerNames: () => [...request.headers.keys()],
    body: (limitBytes) => readBody(request, limitBytes),
    signal: request.signal,
  };
}

function splitList(value: string | null): string[] {
  return value === null ? [] : value.split(',').map((part) => part.trim());
}

async function readBody(request: Request, limitBytes: number): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > limitBytes) throw new BodyTooLargeError(limitBytes);
    chunks.push(chunk);
  }
  return joinBytes(chunks);
}

/** Makes a web `Response`. A sabotaged answer becomes a rejected promise or a body that breaks off. */
export function toResponse(answer: ServerAnswer): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const one of typeof value === 'string' ? [value] : value) headers.append(name, one);
  }
  if (answer.sabotage?.type === 'reset') throw new TypeError('the connection was reset');
  return new Response(toBody(answer), { status: answer.status, headers });
}

function toBody(answer: ServerAnswer): BodyInit | null {
  const { body, sabotage } = answer;
  if (body === undefined || answer.status === 304) return null;
  if (isStreamBody(body)) return toReadable(body);
  const bytes = joinBody(body);
  if (sabotage?.type === 'truncate') return truncated(bytes, sabotage.afterBytes);
  // The bytes are shared; a web response hands them to a reader who may change them.
  return new Uint8Array(bytes);
}

function truncated(bytes: Uint8Array, afterBytes: number): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller): void {
      controller.enqueue(bytes.slice(0, afterBytes));
    },
    pull(controller): void {
      controller.error(new TypeError('the connection broke off'));
    },
  });
}

/** How many chunks may wait in a web stream before its writer is told to pause. */
const maxQueuedChunks = 64;

function toReadable(body: StreamBody): ReadableStream<Uint8Array> {
  let stop: (() => void) | undefined;
  let drain: (() => void) | undefined;
  return new ReadableStream<Uint8Array>(
    {
      start(controller): void {
        stop = body.start(sinkOf(controller, (listener) => (drain = listener)));
      },
      pull(): void {
        const listener = drain;
        drain = undefined;
        listener?.();
      },
      cancel(): void {
        stop?.();
      },
    },
    { highWaterMark: maxQueuedChunks },
  );
}

function sinkOf(
  controller: ReadableStreamDefaultController<Uint8Array>,
  setDrain: (listener: () => void) => void,
): AnswerSink {
  let open = true;
  return {
    write(bytes): boolean {
      if (!open) return true;
      // A web stream hands its chunks to the reader, who may transfer them; the server's bytes are shared.
      controller.enqueue(bytes.slice());
      return (controller.desiredSize ?? 0) > 0;
    },
    onDrain: setDrain,
    end(): void {
      if (open) controller.close();
      open = false;
    },
    abort(): void {
      if (open) controller.error(new TypeError('the connection broke off'));
      open = false;
    },
  };
}
