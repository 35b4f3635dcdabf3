import { defineRule, type Rule } from '../rule.js';
import { template } from './example.js';
import { REMARK } from './severities.js';

const example = template('- name: VERSION\n  value: v1', 'spec:\n  tags:\n    - name: ${VERSION}');

/** Finds Templates in the version of OpenShift 3. */
export const templateLegacyVersion: Rule = defineRule({
  id: 'template-legacy-version',
  summary: 'A Template does not carry the `apiVersion: v1` of OpenShift 3.',
  why: '`oc` still translates it. Other tools look for the kind in its group. Write `template.openshift.io/v1`.',
  severity: REMARK,
  fixable: true,
  scope: 'template',
  examples: {
    bad: [{ text: example.text.replace('template.openshift.io/v1', 'v1'), at: ['1:13'] }],
    good: [example],
  },
  check({ object, report }) {
    if (object['apiVersion'] !== 'v1') return;
    const path = ['apiVersion'];
    const text = 'template.openshift.io/v1';
    const message = '"v1" is the version of OpenShift 3; only `oc` still translates it';
    report({ path, message, suggestion: text, fix: { type: 'replace', path, text } });
  },
});
