import { defineRule, type Rule } from '../rule.js';
import { member, textMember } from '../tag-view.js';
import { isUnknown } from '../read/placeholders.js';
import { template } from './example.js';
import { STRICT_REMARK } from './severities.js';

/** Finds objects of a Template that stand in one namespace for ever. */
export const templateFixedNamespace: Rule = defineRule({
  id: 'template-fixed-namespace',
  summary: 'An object of a Template leaves its namespace to whoever instantiates it.',
  why: 'A fixed namespace makes instantiating fail for everybody who may not write there, and the second instance overwrites the first.',
  severity: STRICT_REMARK,
  examples: {
    bad: [
      (() => {
        const { text } = template('- name: VERSION', 'spec: {}');
        return {
          text: text.replace('      name: app\n', '      name: app\n      namespace: web\n'),
          at: ['12:18'],
        };
      })(),
    ],
    good: [template('- name: VERSION', 'spec: {}')],
  },
  check({ object, manifest, report }) {
    const namespace = textMember(member(object, 'metadata'), 'namespace') ?? '';
    if (manifest.template === undefined || namespace === '' || isUnknown(namespace)) return;
    if (textMember(member(manifest.raw, 'metadata'), 'namespace') !== namespace) return;
    report({
      path: ['metadata', 'namespace'],
      message: `ties the Template to the namespace ${JSON.stringify(namespace)}`,
    });
  },
});
