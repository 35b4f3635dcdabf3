import { defineRule, type Rule } from '../rule.js';
import { mark } from './example.js';
import { BROKEN } from './severities.js';

/** Finds objects that do not say which API they are of. */
export const apiVersionMissing: Rule = defineRule({
  id: 'api-version-missing',
  summary: 'An object says its `apiVersion`.',
  why: 'The API server takes it from the URL of the request. `oc`, `kubectl` and all that read files need it to find that URL, and refuse a file without. Write `image.openshift.io/v1`.',
  severity: BROKEN,
  examples: {
    bad: [mark('⟦kind⟧: ImageStream\nmetadata:\n  name: app\n')],
    good: [mark('apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\n')],
  },
  check({ object, manifest, report }) {
    const version = object['apiVersion'];
    if (version !== undefined && version !== null && version !== '') return;
    // Items of a typed list leave both out, since the list says them.
    if (manifest.isListed && object['kind'] === undefined) return;
    report({
      path: ['apiVersion'],
      message: 'is missing, and whatever reads files refuses the object without',
      suggestion: 'apiVersion: image.openshift.io/v1',
    });
  },
});
