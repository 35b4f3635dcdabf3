/** A body is larger than is read. */
export class BodyTooLargeError extends Error {
  override readonly name: string = 'BodyTooLargeError';
  readonly limitBytes: number;

  constructor(limitBytes: number) {
    super(`the body is larger than ${limitBytes} bytes`);
    this.limitBytes = limitBytes;
  }
}

/**
 * Reads a request's body as UTF-8, up to a limit; what comes beyond is not kept.
 *
 * Throws a BodyTooLargeError, a TypeError when the body is not UTF-8, and the signal's reason when it aborts.
 */
export async function readBody(
  request: Request,
  limitBytes: number,
  signal: AbortSignal,
): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes)
    throw new BodyTooLargeError(limitBytes);
  if (request.body === null) return '';
  const reader = request.body.getReader();
  const cancel = (): void => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const chunks = await readChunks(reader, limitBytes);
    signal.throwIfAborted();
    return new TextDecoder('utf-8', { fatal: true }).decode(join(chunks));
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

async function readChunks(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  limitBytes: number,
): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return chunks;
    size += value.byteLength;
    if (size > limitBytes) {
      // Told to stop, not waited for: the sender may never answer.
      void reader.cancel().catch(() => undefined);
      throw new BodyTooLargeError(limitBytes);
    }
    chunks.push(value);
  }
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
