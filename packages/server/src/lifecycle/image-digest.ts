/**
 * Returns the sha256 digest of a text or of bytes, in the form images are named by: `sha256:` and 64 hex digits. A text
 * counts by its UTF-8 bytes.
 */
export async function digestOf(content: string | Uint8Array): Promise<string> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  // A copy, because the bytes may be a view of memory that others write to while the digest is computed.
  const hash = await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes));
  const hex = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0'));
  return `sha256:${hex.join('')}`;
}
