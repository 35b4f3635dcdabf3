import { isJsonObject } from '@imagestream/core';
import { RegistryError, type RegistryErrorCode } from './registry-source.js';

/**
 * Reads the body of an answer as text, and no more of it than allowed. Bytes are decoded as UTF-8 without changing any, so
 * that a digest of the text is one of the bytes.
 *
 * Throws a RegistryError when the body is larger.
 */
export async function readText(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bodyOf(response)) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new RegistryError(
        'Failed',
        `the registry sent more than ${maxBytes} bytes for ${response.url}`,
      );
    }
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

/** Error bodies are short; what is longer is no error body. */
const MAX_ERROR_BYTES = 64 * 1024;

/**
 * Turns the answer of a registry that is no success into an error, in the words of the API server's own client.
 *
 * Source: import-status-registry.
 */
export async function refusalOf(response: Response): Promise<RegistryError> {
  const text = await readText(response, MAX_ERROR_BYTES);
  const errors = readErrors(text);
  const [first] = errors;
  if (first === undefined) {
    if (response.status === 401)
      return new RegistryError('Unauthorized', 'unauthorized: authentication required');
    const shown = JSON.stringify(text.slice(0, 200));
    return new RegistryError(
      'Failed',
      `unexpected HTTP status ${response.status} from registry: ${shown}`,
    );
  }
  const words = errors.map(wordsOf);
  const message = words.length === 1 ? (words[0] ?? '') : `errors:\n${words.join('\n')}\n`;
  return new RegistryError(CODES[first.code] ?? 'Failed', message);
}

const CODES: Readonly<Record<string, RegistryErrorCode | undefined>> = {
  MANIFEST_UNKNOWN: 'ManifestUnknown',
  NAME_UNKNOWN: 'NameUnknown',
  UNAUTHORIZED: 'Unauthorized',
};

interface ReportedError {
  readonly code: string;
  readonly message: string;
}

function readErrors(text: string): ReportedError[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    // Proxies in front of registries answer in HTML; then the status alone has to do.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
  const list = isJsonObject(body) ? body['errors'] : undefined;
  if (!Array.isArray(list)) return [];
  return list.filter(isJsonObject).map((entry) => ({
    code: typeof entry['code'] === 'string' ? entry['code'] : '',
    message: typeof entry['message'] === 'string' ? entry['message'] : '',
  }));
}

function wordsOf({ code, message }: ReportedError): string {
  return `${code.toLowerCase().replaceAll('_', ' ')}: ${message}`;
}
