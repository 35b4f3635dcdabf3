/**
 * Tells whether a text is made of lower-case alphanumeric words joined by single `.`, `_` or `-`. One pass, no
 * backtracking.
 *
 * Source: name-stream.
 */
export function isStreamName(text: string): boolean {
  let endsWithWord = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const isWord = (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x7a);
    if (!isWord && !(endsWithWord && SEPARATORS.includes(text.charAt(index)))) return false;
    endsWithWord = isWord;
  }
  return endsWithWord;
}

const SEPARATORS = '._-';
