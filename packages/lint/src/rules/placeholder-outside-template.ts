import { type Path, valueAt } from '../path.js';
import { defineRule, type Rule } from '../rule.js';
import { imageFrom, template } from './example.js';
import { REMARK } from './severities.js';

/** Finds parameters that nothing puts in. */
export const placeholderOutsideTemplate: Rule = defineRule({
  id: 'placeholder-outside-template',
  summary: 'Parameters stand inside a Template.',
  why: '`${NAME}` means something only to `oc process`. Applied as it is, the text itself becomes the value, and as a pull specification it is refused. If another tool puts the value in first, nothing is wrong; the linter judges no value with a placeholder in it.',
  severity: REMARK,
  judgesPlaceholders: true,
  examples: {
    bad: [imageFrom('⟦quay.io/acme/app:${VERSION}⟧')],
    good: [
      template(
        '- name: VERSION\n  value: v1',
        'spec:\n  tags:\n    - name: v1\n      from:\n        kind: DockerImage\n        name: quay.io/acme/app:${VERSION}',
      ),
    ],
  },
  check({ manifest, tags, report }) {
    if (manifest.template !== undefined) return;
    const places: Path[] = [
      ['metadata', 'name'],
      ['metadata', 'namespace'],
      ...tags.flatMap(({ path }) => [
        [...path, 'name'],
        [...path, 'from', 'name'],
      ]),
    ];
    for (const path of places) {
      const value = valueAt(manifest.raw, path);
      const parameter = typeof value === 'string' ? /\$\{\{?\w+\}?\}/.exec(value)?.[0] : undefined;
      if (parameter !== undefined)
        report({ path, message: `holds ${parameter}, which only a Template replaces` });
    }
  },
});
