import { isJsonArray, isJsonObject } from '../json.js';
import type { JsonValue } from '../json.js';
import { isIdentifier } from '../plan/names.js';
import type { FileScope, ImportLine } from '../plan/planned.js';

/** The widest line of generated text; the project's formatter agrees. */
export const maxWidth = 100;

/** A string literal in single quotes, or in double quotes when that needs fewer backslashes. */
export function quote(text: string): string {
  const json = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  const unescaped = json.replaceAll('\\"', '"');
  const singles = text.split("'").length;
  const doubles = text.split('"').length;
  return singles > doubles ? `"${json}"` : `'${unescaped.replaceAll("'", "\\'")}'`;
}

/** A property name as it stands in an object type or literal: quoted only where it must be. */
export function propertyName(name: string): string {
  if (name === '__proto__') return "['__proto__']";
  return isIdentifier(name) ? name : quote(name);
}

/** A property name in a type, where `__proto__` has no meaning of its own. */
export function memberName(name: string): string {
  return isIdentifier(name) ? name : quote(name);
}

/** A documentation comment; nothing for an empty text. A closing mark inside the text is defused. */
export function docComment(text: string, indent: string, tags: readonly string[] = []): string {
  const width = maxWidth - indent.length - 3;
  const lines = text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[\u2028\u2029]/g, ' ')
    .replaceAll('*/', '*\\/')
    .trim()
    .split('\n')
    .flatMap((line) => wrap(line.trimEnd(), width));
  const all = [...(text.trim() === '' ? [] : lines), ...tags.flatMap((tag) => wrap(tag, width))];
  if (all.length === 0) return '';
  const [only] = all;
  if (all.length === 1 && only !== undefined && only.length + indent.length + 7 <= maxWidth) {
    return `${indent}/** ${only} */\n`;
  }
  const body = all.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}\n`).join('');
  return `${indent}/**\n${body}${indent} */\n`;
}

/** Breaks a line at spaces so that it fits; words that are longer stay whole. */
function wrap(line: string, width: number): readonly string[] {
  if (line.length <= width) return [line];
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = '';
  for (const word of line.trim().split(' ')) {
    if (current !== '' && indent.length + current.length + 1 + word.length > width) {
      lines.push((indent + current).trimEnd());
      current = word;
    } else {
      current = current === '' ? word : `${current} ${word}`;
    }
  }
  return [...lines, (indent + current).trimEnd()];
}

/** The import declarations of a file, types only, each on one line when it fits. */
export function importLines(imports: readonly ImportLine[]): string {
  return imports.map((line) => importLine(line, 'import type')).join('');
}

/** One import or export declaration with names, laid out as the formatter would. */
export function importLine(line: ImportLine, keyword: string): string {
  const names = line.names.map(({ name, as }) => (name === as ? name : `${name} as ${as}`));
  const flat = `${keyword} { ${names.join(', ')} } from ${quote(line.specifier)};\n`;
  if (flat.length - 1 <= maxWidth) return flat;
  const body = names.map((name) => `  ${name},\n`).join('');
  return `${keyword} {\n${body}} from ${quote(line.specifier)};\n`;
}

/** Joins the parts of a file with one blank line between them; empty parts leave no trace. */
export function joinParts(parts: readonly string[]): string {
  const kept = parts.map((part) => part.replace(/\n+$/, '')).filter((part) => part !== '');
  return `${kept.join('\n\n')}\n`;
}

/**
 * A literal as TypeScript text. Objects with members are always spread over lines; arrays of scalars
 * stay on one line while they fit.
 */
export function literal(value: JsonValue, indent: string, prefixWidth: number): string {
  if (typeof value === 'string') return quote(value);
  if (isJsonArray(value)) return arrayLiteral(value, indent, prefixWidth);
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).filter((entry) => entry[1] !== undefined);
  if (entries.length === 0) return '{}';
  const inner = `${indent}  `;
  const lines = entries.map(([name, member]) => {
    const key = `${propertyName(name)}: `;
    return `${inner}${key}${literal(member ?? null, inner, inner.length + key.length)},\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

function arrayLiteral(value: readonly JsonValue[], indent: string, prefixWidth: number): string {
  const inner = `${indent}  `;
  const members = value.map((member) => literal(member, inner, inner.length));
  const flat = `[${members.join(', ')}]`;
  if (!flat.includes('\n') && prefixWidth + flat.length + 1 <= maxWidth) return flat;
  return `[\n${members.map((member) => `${inner}${member},\n`).join('')}${indent}]`;
}

/** JSON text as the formatter lays it out: objects over lines, arrays on one line while they fit. */
export function jsonText(value: JsonValue, indent = '', prefixWidth = 0): string {
  const inner = `${indent}  `;
  if (isJsonArray(value)) {
    if (value.length === 0) return '[]';
    const members = value.map((member) => jsonText(member, inner, inner.length));
    const flat = `[${members.join(', ')}]`;
    if (!flat.includes('\n') && prefixWidth + flat.length + 1 <= maxWidth) return flat;
    return `[\n${members.map((member) => inner + member).join(',\n')}\n${indent}]`;
  }
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).filter((entry) => entry[1] !== undefined);
  if (entries.length === 0) return '{}';
  const lines = entries.map(([name, member]) => {
    const key = `${inner}${JSON.stringify(name)}: `;
    return key + jsonText(member ?? null, inner, key.length);
  });
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

/** The scope of a planned file; a file without a plan is a mistake of the emitter. */
export function scopeOf(files: ReadonlyMap<string, FileScope>, path: string): FileScope {
  const scope = files.get(path);
  if (scope === undefined) throw new TypeError(`${path} is not in the plan`);
  return scope;
}
