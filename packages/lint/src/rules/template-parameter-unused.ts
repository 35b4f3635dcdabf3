import { valueAt } from '../path.js';
import { mentionedParameters } from '../read/template-parameters.js';
import { defineRule, type Rule } from '../rule.js';
import { template } from './example.js';
import { REMARK } from './severities.js';

const tag = (name: string): string =>
  `spec:\n  tags:\n    - name: v1\n      from:\n        kind: DockerImage\n        name: ${name}`;

/** Finds parameters nothing in the Template uses. */
export const templateParameterUnused: Rule = defineRule({
  id: 'template-parameter-unused',
  summary: 'A Template uses every parameter it declares.',
  why: 'Who sets a parameter expects an effect. One that nothing mentions has none, often because a use of it was renamed or removed.',
  severity: REMARK,
  scope: 'template',
  examples: {
    bad: [template('- name: ⟦VERSION⟧\n  value: v1', tag('quay.io/acme/app:v1'))],
    good: [template('- name: VERSION\n  value: v1', tag('quay.io/acme/app:${VERSION}'))],
  },
  check({ object, report }) {
    const { parameters, ...rest } = object;
    const used = mentionedParameters(rest);
    if (!Array.isArray(parameters)) return;
    for (const index of parameters.keys()) {
      const path = ['parameters', index, 'name'];
      const name = valueAt(object, path);
      if (typeof name !== 'string' || used.has(name)) continue;
      report({ path, message: `nothing in this Template uses the parameter ${name}` });
    }
  },
});
