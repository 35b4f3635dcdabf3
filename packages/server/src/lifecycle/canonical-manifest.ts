import { isJsonObject } from '@imagestream/core';
import { MEDIA_TYPES } from '@imagestream/image-v1';
import { digestOf } from './image-digest.js';

/**
 * Returns the digest an image with this manifest is named by. For a signed schema 1 manifest that is the digest of what was
 * signed, without the signatures; for everything else of the text itself.
 *
 * Source: image-manifest-canonical.
 */
export function manifestDigest(text: string): Promise<string> {
  return digestOf(signedPayload(text) ?? text);
}

/** Whether a text is a schema 1 manifest. */
export function isSchema1(mediaType: string): boolean {
  return mediaType === MEDIA_TYPES.dockerSchema1 || mediaType === MEDIA_TYPES.dockerSchema1Signed;
}

/**
 * What the signatures of a schema 1 manifest cover: the text up to a length that the protected header names, and the tail
 * that stands there. Undefined when the text carries no such signature.
 */
function signedPayload(text: string): Uint8Array | undefined {
  const header = protectedHeader(text);
  if (header === undefined) return undefined;
  const bytes = new TextEncoder().encode(text);
  const tail = decodeBase64Url(header.formatTail);
  const payload = new Uint8Array(header.formatLength + tail.length);
  payload.set(bytes.subarray(0, header.formatLength));
  payload.set(tail, header.formatLength);
  return payload;
}

interface ProtectedHeader {
  readonly formatLength: number;
  readonly formatTail: string;
}

function protectedHeader(text: string): ProtectedHeader | undefined {
  const manifest = tryParse(text);
  const signatures = isJsonObject(manifest) ? manifest['signatures'] : undefined;
  const first: unknown = Array.isArray(signatures) ? signatures[0] : undefined;
  const encoded = isJsonObject(first) ? first['protected'] : undefined;
  if (typeof encoded !== 'string') return undefined;
  const header = tryParse(new TextDecoder().decode(decodeBase64Url(encoded)));
  if (!isJsonObject(header)) return undefined;
  const { formatLength, formatTail } = header;
  if (typeof formatLength !== 'number' || typeof formatTail !== 'string') return undefined;
  return { formatLength, formatTail };
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // What is no JSON carries no signature.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A text that is no base64 decodes to nothing. */
function decodeBase64Url(text: string): Uint8Array {
  const plain = text.replaceAll('-', '+').replaceAll('_', '/');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(plain)) return new Uint8Array();
  return Uint8Array.from(atob(plain), (character) => character.charCodeAt(0));
}
