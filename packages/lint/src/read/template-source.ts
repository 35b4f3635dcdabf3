/** Languages whose sources become YAML only after rendering. */
export type TemplateEngine = 'Helm' | 'Jinja' | 'Go template';

/** The first expression of a template language in a text. */
export interface TemplateExpression {
  readonly engine: TemplateEngine;
  readonly offset: number;
  readonly length: number;
}

/** What only Helm charts say. */
const HELM =
  /^\{\{-?\s*(?:\/\*|include\b|template\b|tpl\b|toYaml\b)|\.(?:Values|Release|Chart|Capabilities)\b|\$\./;

/** What only Go's templates say: fields with a leading dot, and its keywords. */
const GO =
  /^\{\{-?\s*(?:\(?\.|(?:if|range|with|end|else|define|block|template|printf|quote|default)\b|\$\w)/;

/** So many expressions tell the language; each is looked at so far. */
const MAX_EXPRESSIONS = 200;
const MAX_LENGTH = 300;

/**
 * Finds out whether a text is the source of a template: returns its first expression, undefined when there is none. The time
 * is proportional to the length of the text.
 */
export function findTemplateExpression(text: string): TemplateExpression | undefined {
  // A parameter of an OpenShift Template, `${{NAME}}`, is no such expression.
  const plain = text.includes('${{') ? text.replaceAll('${{', '$[[') : text;
  const braces = findAll(plain, '{{', '}}');
  const statements = findAll(plain, '{%', '%}');
  const first = [...braces.slice(0, 1), ...statements.slice(0, 1)].toSorted(
    (a, b) => a.offset - b.offset,
  )[0];
  if (first === undefined) return undefined;
  const length = first.text.split(/\r\n|\r|\n/, 1)[0]?.length ?? 1;
  return { engine: engineOf(braces, statements.length > 0), offset: first.offset, length };
}

interface Expression {
  readonly offset: number;
  readonly text: string;
}

function findAll(text: string, open: string, close: string): Expression[] {
  const found: Expression[] = [];
  let at = text.indexOf(open);
  while (at >= 0 && found.length < MAX_EXPRESSIONS) {
    const end = text.indexOf(close, at + open.length);
    if (end < 0) break;
    found.push({ offset: at, text: text.slice(at, Math.min(end + close.length, at + MAX_LENGTH)) });
    at = text.indexOf(open, end + close.length);
  }
  return found;
}

function engineOf(braces: readonly Expression[], hasStatements: boolean): TemplateEngine {
  if (braces.some(({ text }) => HELM.test(text))) return 'Helm';
  if (hasStatements) return 'Jinja';
  return braces.some(({ text }) => GO.test(text)) ? 'Go template' : 'Jinja';
}
