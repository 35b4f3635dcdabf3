import { mentionedParameters } from '../read/template-parameters.js';
import { isJsonObject } from '@imagestream/core';
import type { Path } from '../path.js';
import { defineRule, type Rule } from '../rule.js';
import { nearest } from '../nearest.js';
import { template } from './example.js';
import { BROKEN } from './severities.js';

const tag = (name: string): string =>
  `spec:\n  tags:\n    - name: v1\n      from:\n        kind: DockerImage\n        name: ${name}`;

/** Finds parameters a Template uses and does not declare. */
export const templateParameterUndeclared: Rule = defineRule({
  id: 'template-parameter-undeclared',
  summary: 'A Template declares every parameter its image streams use.',
  why: '`oc process` replaces only declared parameters. The text `${NAME}` of any other stays in the object, and as a pull specification it is refused.',
  severity: BROKEN,
  judgesPlaceholders: true,
  examples: {
    bad: [template('- name: VERSION\n  value: v1', tag('⟦quay.io/acme/app:${VERSOIN}⟧'))],
    good: [template('- name: VERSION\n  value: v1', tag('quay.io/acme/app:${VERSION}'))],
  },
  check({ manifest, report }) {
    const { template: context, raw } = manifest;
    if (context === undefined) return;
    const declared = new Set(context.parameters.map(({ name }) => name));
    for (const { path, text } of textsOf(raw, [])) {
      for (const name of mentionedParameters(text)) {
        if (declared.has(name)) continue;
        const suggestion = nearest(name, declared);
        const message = `the Template declares no parameter ${name}, so this text stays as it is`;
        report({ path, message, ...(suggestion === undefined ? {} : { suggestion }) });
      }
    }
  },
});

function textsOf(value: unknown, path: Path): { path: Path; text: string }[] {
  if (typeof value === 'string') return value.includes('${') ? [{ path, text: value }] : [];
  if (Array.isArray(value))
    return value.flatMap((item: unknown, index) => textsOf(item, [...path, index]));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => textsOf(item, [...path, key]));
}
