import { defineRule, type Rule } from '../rule.js';
import { importOf, stream } from './example.js';
import { REMARK } from './severities.js';

/** Finds requests in files that look like objects. */
export const requestKindInFile: Rule = defineRule({
  id: 'request-kind-in-file',
  summary: 'A file holds objects, not requests.',
  why: 'ImageStreamImport and ImageStreamMapping are requests: nothing is stored under their name, and each apply runs them again. A mapping needs privileges besides. Write an ImageStream, and import with `oc import-image`.',
  kinds: ['ImageStreamImport', 'ImageStreamMapping'],
  severity: REMARK,
  examples: {
    bad: [
      {
        ...importOf(
          '  images:\n    - from:\n        kind: DockerImage\n        name: quay.io/acme/app:v1',
        ),
        at: ['2:7'],
      },
    ],
    good: [
      stream(
        'spec:\n  tags:\n    - name: v1\n      from:\n        kind: DockerImage\n        name: quay.io/acme/app:v1',
      ),
    ],
  },
  check({ kind, report }) {
    const message =
      kind === 'ImageStreamImport'
        ? 'is a request: every apply imports again, and nothing of this name is stored'
        : 'is a privileged request: every apply writes the history of the stream again';
    report({ path: ['kind'], message });
  },
});
