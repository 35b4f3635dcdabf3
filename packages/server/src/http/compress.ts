import {
  isStreamBody,
  joinBody,
  joinBytes,
  sizeOf,
  type ServerAnswer,
  type ServerRequest,
} from './exchange.js';

/** Bytes as gzip. */
export type Compress = (bytes: Uint8Array) => Promise<Uint8Array>;

/** Answers up to this size are cheaper to send than to compress. */
const minCompressedBytes = 128 * 1024;

/** Whether an answer is large and its client takes gzip; watches are never compressed. Source: api-gzip. */
export function wantsCompression({ body }: ServerAnswer, request: ServerRequest): boolean {
  if (body === undefined || isStreamBody(body) || sizeOf(body) <= minCompressedBytes) return false;
  const accepted = (request.header('accept-encoding') ?? '').split(',');
  return accepted.some((coding) => coding.split(';')[0]?.trim() === 'gzip');
}

/** The answer with its body as gzip. */
export async function compressAnswer(
  answer: ServerAnswer,
  compress: Compress,
): Promise<ServerAnswer> {
  const { body, headers } = answer;
  if (body === undefined || isStreamBody(body)) return answer;
  return {
    ...answer,
    headers: { ...headers, 'content-encoding': 'gzip', vary: joinVary(headers['vary']) },
    body: await compress(joinBody(body)),
  };
}

function joinVary(vary: string | readonly string[] | undefined): string {
  const names = [vary ?? []].flat().flatMap((value) => value.split(/,\s*/));
  return [...new Set([...names, 'Accept-Encoding'])].join(', ');
}

/** Compression by the platform's own streams. */
export const gzipStream: Compress = async (bytes) => {
  const stream = new Blob([new Uint8Array(bytes)])
    .stream()
    .pipeThrough(new CompressionStream('gzip'));
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return joinBytes(chunks);
};
