import { type Path, valueAt } from '../path.js';
import { defineRule, type Rule } from '../rule.js';
import { template } from './example.js';
import { REFUSED } from './severities.js';

const tag = (value: string): string =>
  `spec:\n  tags:\n    - name: v1\n      from:\n        kind: DockerImage\n        name: quay.io/acme/app:v1\n      importPolicy:\n        insecure: ${value}`;

/** Finds booleans that a parameter turns into a text. */
export const templateParameterType: Rule = defineRule({
  id: 'template-parameter-type',
  summary: 'A parameter for a boolean or a number is written `${{NAME}}`.',
  why: '`${NAME}` always gives a text, also when the text says true, and the server refuses a text where a boolean or a number belongs. `${{NAME}}` gives the value itself.',
  severity: REFUSED,
  fixable: true,
  judgesPlaceholders: true,
  examples: {
    bad: [template('- name: INSECURE\n  value: "false"', tag('⟦${INSECURE}⟧'))],
    good: [template('- name: INSECURE\n  value: "false"', tag('${{INSECURE}}'))],
  },
  check({ manifest, tags, report }) {
    if (manifest.template === undefined) return;
    const places: Path[] = [
      ['spec', 'lookupPolicy', 'local'],
      ...tags.flatMap(({ path }) => [
        [...path, 'importPolicy', 'insecure'],
        [...path, 'importPolicy', 'scheduled'],
        [...path, 'reference'],
        [...path, 'generation'],
      ]),
    ];
    for (const path of places) {
      const value = valueAt(manifest.raw, path);
      const name =
        typeof value === 'string' ? /^\$\{([A-Za-z0-9_]+)\}$/.exec(value)?.[1] : undefined;
      if (name === undefined) continue;
      const text = `\${{${name}}}`;
      const message = 'gives a text, and the server wants a boolean or a number here';
      report({ path, message, suggestion: text, fix: { type: 'replace', path, text } });
    }
  },
});
