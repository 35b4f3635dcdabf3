import { defineRule, type Rule, type RuleExample, type RuleMeta } from '../rule.js';
import { builderTags } from './builder-tags.js';
import { streamTag } from './example.js';
import { CATALOG } from './severities.js';

/**
 * Makes a rule that wants an annotation on every builder tag, which the console's catalogue shows something by.
 *
 * @param key the annotation
 */
export function wantBuilderAnnotation(
  key: string,
  meta: Pick<RuleMeta, 'id' | 'summary' | 'why'>,
): Rule {
  const tag = (annotations: string): RuleExample =>
    streamTag(`name: v1\n${annotations}\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1`);
  return defineRule({
    ...meta,
    kinds: ['ImageStream'],
    severity: CATALOG,
    examples: {
      bad: [tag('⟦annotations⟧:\n  tags: builder')],
      good: [tag(`annotations:\n  tags: builder\n  ${key}: Something`)],
    },
    check({ tags, report }) {
      for (const { path, annotations } of builderTags(tags)) {
        const value = annotations[key];
        if (typeof value === 'string' && value.trim() !== '') continue;
        report({ path: [...path, 'annotations', key], message: `has no annotation ${key}` });
      }
    },
  });
}
