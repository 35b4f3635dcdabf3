import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';

const compress = promisify(gzip);

/** Bytes as gzip, at the fastest level: what the real server uses. */
export async function gzipBytes(bytes: Uint8Array): Promise<Uint8Array> {
  return compress(bytes, { level: constants.Z_BEST_SPEED });
}
