import { isLegacyVersion } from '../legacy-version.js';
import { defineRule, type Rule } from '../rule.js';
import { mark } from './example.js';
import { DOUBTFUL } from './severities.js';

/** Finds objects in the version of OpenShift 3. */
export const apiLegacyVersion: Rule = defineRule({
  id: 'api-legacy-version',
  summary: 'Objects of the image API do not carry the `apiVersion: v1` of OpenShift 3.',
  why: '`oc` and Template processing still translate it. The API itself refuses it, and so do all tools that talk to the API without `oc`: Argo CD, Flux, Kustomize with schema checks, client libraries. Write `image.openshift.io/v1`.',
  severity: DOUBTFUL,
  fixable: true,
  examples: {
    bad: [mark('apiVersion: ⟦v1⟧\nkind: ImageStream\nmetadata:\n  name: app\n')],
    good: [mark('apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\n')],
  },
  check({ object, report }) {
    if (!isLegacyVersion(object)) return;
    const text = 'image.openshift.io/v1';
    const message =
      '"v1" is the version of OpenShift 3; only `oc` and Templates still translate it';
    report({
      path: ['apiVersion'],
      message,
      suggestion: text,
      fix: { type: 'replace', path: ['apiVersion'], text },
    });
  },
});
