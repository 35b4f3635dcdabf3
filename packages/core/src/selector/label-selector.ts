import { formatFieldErrors, invalid, type FieldError } from '../field-error.js';
import { FieldPath } from '../field-path.js';
import { checkLabelValue, checkQualifiedName } from '../qualified-name.js';
import { readTokens, type Token } from './label-selector-tokens.js';
import { SelectorError } from './selector-error.js';

/** How a label is compared. `exists` and `!` take no value, `in` and `notin` a set, the others one. */
export type LabelOperator = 'exists' | '!' | '=' | '!=' | 'in' | 'notin' | '>' | '<';

/** One term of a label selector. `values` are sorted and without repetition. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

/** A label selector: all terms must hold; no term selects everything. */
export type LabelSelector = readonly LabelRequirement[];

/**
 * Reads a label selector: `app=web,tier in (a, b),!legacy,generation>3`.
 *
 * Throws a SelectorError in the API server's words.
 */
export function parseLabelSelector(text: string): LabelSelector {
  return new LabelSelectorParser(text).parse();
}

const OPERATORS: Readonly<Record<string, LabelOperator>> = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '=',
  '!=': '!=',
  '>': '>',
  '<': '<',
};

/** A cursor over the tokens of one selector. */
class LabelSelectorParser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = readTokens(text);
  }

  parse(): LabelSelector {
    const requirements: LabelRequirement[] = [];
    if (this.#peek().type === 'end') return requirements;
    if (!this.#atRequirement()) {
      throw this.#error(
        `found '${this.#peek().text}', expected: !, identifier, or 'end of string'`,
      );
    }
    for (;;) {
      requirements.push(this.#parseRequirement());
      const next = this.#take();
      if (next.type === 'end') return requirements;
      if (next.text !== ',' || next.type !== 'symbol') {
        throw this.#error(`found '${next.text}', expected: ',' or 'end of string'`);
      }
      if (!this.#atRequirement()) {
        throw this.#error(`found '${this.#peek().text}', expected: identifier after ','`);
      }
    }
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { type: 'end', text: '' };
  }

  #take(): Token {
    const token = this.#peek();
    this.#at++;
    return token;
  }

  #isSymbol(text: string): boolean {
    const token = this.#peek();
    return token.type === 'symbol' && token.text === text;
  }

  #atRequirement(): boolean {
    return this.#peek().type === 'word' || this.#isSymbol('!');
  }

  #error(message: string): SelectorError {
    return new SelectorError(message, this.#text);
  }

  #requirementError(message: string): SelectorError {
    return this.#error(`unable to parse requirement: ${message}`);
  }

  #parseRequirement(): LabelRequirement {
    const negated = this.#isSymbol('!');
    if (negated) this.#take();
    const key = this.#take();
    if (key.type !== 'word')
      throw this.#requirementError(`found '${key.text}', expected: identifier`);
    this.#check(validateKey(key.text));
    const last = this.#peek().type === 'end' || this.#isSymbol(',');
    if (negated) return { key: key.text, operator: '!', values: [] };
    if (last) return { key: key.text, operator: 'exists', values: [] };
    const operator = this.#parseOperator();
    const values =
      operator === 'in' || operator === 'notin' ? this.#parseSet() : [this.#parseValue()];
    const requirement = { key: key.text, operator, values: [...new Set(values)].sort() };
    this.#check(validateValues(requirement));
    return requirement;
  }

  #check(errors: readonly FieldError[]): void {
    if (errors.length > 0) throw this.#requirementError(formatFieldErrors(errors));
  }

  #parseOperator(): LabelOperator {
    const token = this.#take();
    const operator = Object.hasOwn(OPERATORS, token.text) ? OPERATORS[token.text] : undefined;
    if (operator !== undefined) return operator;
    throw this.#requirementError(`found '${token.text}', expected: in, notin, =, ==, !=, gt, lt`);
  }

  #parseValue(): string {
    if (this.#peek().type === 'end' || this.#isSymbol(',')) return '';
    const token = this.#take();
    if (token.type === 'word') return token.text;
    throw this.#requirementError(`found '${token.text}', expected: identifier`);
  }

  /** `(a, b)`; a place left empty between commas, or an empty pair of parentheses, stands for the empty value. */
  #parseSet(): string[] {
    const open = this.#take();
    if (open.text !== '(') throw this.#requirementError(`found '${open.text}' expected: '('`);
    const values: string[] = [];
    for (;;) {
      values.push(this.#peek().type === 'word' ? this.#take().text : '');
      const next = this.#take();
      if (next.type === 'symbol' && next.text === ')') return values;
      if (next.type === 'symbol' && next.text === ',') continue;
      throw this.#requirementError(`found '${next.text}', expected: ',' or ')'`);
    }
  }
}

function validateKey(key: string): FieldError[] {
  const problems = checkQualifiedName(key);
  // The server checks keys without a path, and prints the missing path like this.
  return problems.length === 0 ? [] : [invalid('<nil>', key, problems.join('; '))];
}

function validateValues({ key, operator, values }: LabelRequirement): FieldError[] {
  const path = FieldPath.of('values');
  return values.flatMap((value, index) => {
    if ((operator === '>' || operator === '<') && !/^[+-]?\d+$/.test(value)) {
      const detail = "for 'Gt', 'Lt' operators, the value must be an integer";
      return [invalid(path.index(index), value, detail)];
    }
    const problems = checkLabelValue(value);
    return problems.length === 0
      ? []
      : [invalid(path.index(index).key(key), value, problems.join('; '))];
  });
}

/** The text of a label selector; the mirror of {@link parseLabelSelector}. */
export function formatLabelSelector(selector: LabelSelector): string {
  return selector.map(formatRequirement).join(',');
}

function formatRequirement({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.join(',')})`;
    case '=':
    case '!=':
    case '>':
    case '<':
      return `${key}${operator}${values[0] ?? ''}`;
  }
}

/** Whether labels match. `!=` and `notin` also match objects that lack the key. */
export function matchesLabelSelector(
  selector: LabelSelector,
  labels: Readonly<Record<string, string>> | null | undefined,
): boolean {
  return selector.every((requirement) => {
    const has = labels !== null && labels !== undefined && Object.hasOwn(labels, requirement.key);
    return matchesRequirement(requirement, has ? labels[requirement.key] : undefined);
  });
}

function matchesRequirement(
  { operator, values }: LabelRequirement,
  value: string | undefined,
): boolean {
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case '=':
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case '>':
    case '<':
      return compareNumbers(value, operator, values[0] ?? '');
  }
}

function compareNumbers(value: string | undefined, operator: '>' | '<', limit: string): boolean {
  if (value === undefined || !/^[+-]?\d+$/.test(value)) return false;
  return operator === '>' ? BigInt(value) > BigInt(limit) : BigInt(value) < BigInt(limit);
}
