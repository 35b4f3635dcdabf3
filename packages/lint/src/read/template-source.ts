/** Languages whose sources become YAML only after rendering. */
export type TemplateEngine = 'Helm' | 'Jinja' | 'Go template';

/** The first expression of a template language in a text. */
export interface TemplateExpression {
  readonly engine: TemplateEngine;
  readonly offset: number;
  readonly length: number;
}

const EXPRESSION = /\{%[-+]?.*?%\}|\{\{(?!\{)[\s\S]*?\}\}|\{#.*?#\}/;

/** What only Helm charts say. */
const HELM =
  /\{\{-?\s*(?:\/\*|include\b|template\b|tpl\b|toYaml\b|.*\.(?:Values|Release|Chart|Capabilities)\b|.*\$\.)/;

/** What only Go's templates say: fields with a leading dot, and its keywords. */
const GO =
  /\{\{-?\s*(?:\(?\.|-?\s*(?:if|range|with|end|else|define|block|template|printf|quote|default)\b|\$\w)/;

/**
 * Finds out whether a text is the source of a template: returns its first expression, undefined when there is none.
 */
export function findTemplateExpression(text: string): TemplateExpression | undefined {
  if (!text.includes('{{') && !text.includes('{%')) return undefined;
  // A parameter of an OpenShift Template, `${{NAME}}`, is no such expression.
  const plain = text.replace(/\$\{\{/g, '$[[');
  const match = EXPRESSION.exec(plain);
  if (match === null) return undefined;
  const engine = HELM.test(plain)
    ? 'Helm'
    : plain.includes('{%')
      ? 'Jinja'
      : GO.test(plain)
        ? 'Go template'
        : 'Jinja';
  return { engine, offset: match.index, length: match[0].split('\n', 1)[0]?.length ?? 1 };
}
