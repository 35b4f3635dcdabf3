import { pointerStep } from '../json.js';

interface OpenObject {
  /** Keys met so far; undefined inside a list. */
  readonly keys: Set<string> | undefined;
  readonly pointer: string;
  /** Key or index of the member that comes next. */
  step: string | number;
}

/**
 * The pointers of members whose key their object had before. A parser keeps the last of them and says
 * nothing, which loses definitions. The text must be valid JSON.
 */
export function findDuplicateKeys(text: string): readonly string[] {
  const found: string[] = [];
  const open: OpenObject[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const top = open.at(-1);
    if (code === quote) {
      const end = stringEnd(text, index);
      if (top?.keys !== undefined && isKey(text, end)) {
        top.step = keyText(text, index, end);
        if (top.keys.has(top.step)) found.push(top.pointer + pointerStep(top.step));
        top.keys.add(top.step);
      }
      index = end;
    } else if (code === openBrace || code === openBracket) {
      const pointer = top === undefined ? '' : top.pointer + pointerStep(top.step);
      open.push({ keys: code === openBrace ? new Set() : undefined, pointer, step: 0 });
    } else if (code === closeBrace || code === closeBracket) {
      open.pop();
    } else if (code === comma && typeof top?.step === 'number') {
      top.step += 1;
    }
  }
  return found;
}

const quote = 34;
const comma = 44;
const colon = 58;
const backslash = 92;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

/** Index of the quote that ends the string which begins at `start`. */
function stringEnd(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, index: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(index - 1 - slashes) === backslash) slashes += 1;
  return slashes % 2 === 1;
}

/** True when a colon follows, so that the string is a key. */
function isKey(text: string, end: number): boolean {
  let index = end + 1;
  while (text.charCodeAt(index) <= 32) index += 1;
  return text.charCodeAt(index) === colon;
}

function keyText(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end);
  return raw.includes('\\') ? String(JSON.parse(`"${raw}"`)) : raw;
}
