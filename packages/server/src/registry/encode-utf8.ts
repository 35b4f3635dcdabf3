interface BufferMaker {
  from(text: string): Uint8Array;
}

const encoder = new TextEncoder();
// Node has it, browsers do not; the types of this package know neither.
const { Buffer } = globalThis as { readonly Buffer?: BufferMaker };

/**
 * Text as UTF-8, for bytes that are sent often. On Node they are a Buffer: its sockets would make one of any other array
 * anew for each write.
 */
export function encodeSentUtf8(text: string): Uint8Array {
  return Buffer === undefined ? encoder.encode(text) : Buffer.from(text);
}
