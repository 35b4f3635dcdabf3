import { isStreamBody, type ServerAnswer, type ServerRequest } from './exchange.js';
import { joinBytes } from './fetch-adapter.js';

/** Bytes as gzip. */
export type Compress = (bytes: Uint8Array) => Promise<Uint8Array>;

/** Answers up to this size are cheaper to send than to compress. */
const minCompressedBytes = 128 * 1024;

/** Compresses a large answer for a client that takes gzip; watches never. Source: api-gzip. */
export async function compressAnswer(
  answer: ServerAnswer,
  request: ServerRequest,
  compress: Compress,
): Promise<ServerAnswer> {
  const { body, headers } = answer;
  if (body === undefined || isStreamBody(body) || body.length <= minCompressedBytes) return answer;
  const accepted = (request.header('accept-encoding') ?? '').split(',');
  if (!accepted.some((coding) => coding.split(';')[0]?.trim() === 'gzip')) return answer;
  const known = compressed.get(body);
  const bytes = known ?? (await compress(body));
  compressed.set(body, bytes);
  return {
    ...answer,
    headers: { ...headers, 'content-encoding': 'gzip', vary: joinVary(headers['vary']) },
    body: bytes,
  };
}

/** Documents are answered from the same bytes again and again. */
const compressed = new WeakMap<Uint8Array, Uint8Array>();

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
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.byteLength;
  }
  return joinBytes(chunks, size);
};
