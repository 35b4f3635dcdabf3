import type { Finding } from '../finding.js';

/**
 * A short text that stays the same while the finding stays the same, also when lines move: made of rule, file, object,
 * field and message. FNV-1a, twice 32 bits, as 16 hex digits.
 */
export function fingerprint(finding: Finding): string {
  const { rule, file, object, field, message } = finding;
  const text = [rule, file, object?.kind ?? '', object?.name ?? '', field, message].join('\0');
  return hash(text, 0x811c9dc5) + hash(text, 0x01000193);
}

function hash(text: string, seed: number): string {
  let value = seed;
  for (let at = 0; at < text.length; at++)
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, '0');
}
