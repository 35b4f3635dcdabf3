import { SelectorError } from './selector-error.js';

/** One term of a field selector. */
export interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** A field selector: all terms must hold; no term selects everything. */
export type FieldSelector = readonly FieldRequirement[];

/**
 * Reads a field selector such as `metadata.name=app,metadata.namespace!=dev`. In values `\`, `,` and `=` are
 * escaped with a backslash.
 *
 * Throws a SelectorError in the API server's words.
 */
export function parseFieldSelector(text: string): FieldSelector {
  return splitTerms(text)
    .filter((term) => term !== '')
    .map((term) => parseTerm(term, text));
}

function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === ',') {
      terms.push(text.slice(start, i));
      start = i + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}

function parseTerm(term: string, selector: string): FieldRequirement {
  for (let i = 0; i < term.length; i++) {
    const operator = ['!=', '==', '='].find((candidate) => term.startsWith(candidate, i));
    if (operator === undefined) continue;
    return {
      field: term.slice(0, i),
      operator: operator === '!=' ? '!=' : '=',
      value: unescapeValue(term.slice(i + operator.length), selector),
    };
  }
  throw new SelectorError(`invalid selector: '${selector}'; can't understand '${term}'`, selector);
}

function unescapeValue(value: string, selector: string): string {
  let out = '';
  for (let i = 0; i < value.length; i++) {
    const char = value.charAt(i);
    if (char === '\\') {
      i++;
      const escaped = value.charAt(i);
      if (escaped !== '\\' && escaped !== ',' && escaped !== '=') {
        const sequence = `\\${escaped}`;
        throw new SelectorError(
          `invalid field selector: invalid escape sequence: ${sequence}`,
          selector,
        );
      }
      out += escaped;
    } else if (char === ',' || char === '=') {
      throw new SelectorError(
        `invalid field selector: unescaped character in value: ${value}`,
        selector,
      );
    } else {
      out += char;
    }
  }
  return out;
}

/** The text of a field selector; the mirror of {@link parseFieldSelector}. */
export function formatFieldSelector(selector: FieldSelector): string {
  return selector
    .map(({ field, operator, value }) => `${field}${operator}${value.replace(/[\\,=]/g, '\\$&')}`)
    .join(',');
}

/** Whether fields match. `fields` gives the value of each selectable field; one that is missing counts as empty. */
export function matchesFieldSelector(
  selector: FieldSelector,
  fields: Readonly<Record<string, string>>,
): boolean {
  return selector.every(({ field, operator, value }) => {
    const actual = Object.hasOwn(fields, field) ? (fields[field] ?? '') : '';
    return (actual === value) === (operator === '=');
  });
}
