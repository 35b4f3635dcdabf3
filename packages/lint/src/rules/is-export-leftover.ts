import { defineRule, type Rule } from '../rule.js';
import { member } from '../tag-view.js';
import { isDump } from '../read/dump.js';
import { mark } from './example.js';
import { GITOPS } from './severities.js';

const LEFTOVERS = [
  'openshift.io/image.dockerRepositoryCheck',
  'kubectl.kubernetes.io/last-applied-configuration',
];

/** Finds annotations that tools have left in a file. */
export const isExportLeftover: Rule = defineRule({
  id: 'is-export-leftover',
  summary: 'A file has no annotations that only a cluster gives.',
  why: '`openshift.io/image.dockerRepositoryCheck` is the time of the last import, and with it the next import is skipped; `kubectl.kubernetes.io/last-applied-configuration` is a copy of the object for `kubectl apply`. Both came with an export.',
  severity: GITOPS,
  fixable: true,
  examples: {
    bad: [
      mark(
        'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\n  annotations:\n    ⟦openshift.io/image.dockerRepositoryCheck⟧: "2019-03-01T10:00:00Z"\n    team: web\n',
      ),
    ],
    good: [
      mark(
        'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\n  annotations:\n    team: web\n',
      ),
    ],
  },
  check({ object, manifest, report }) {
    if (isDump(manifest)) return;
    const annotations = member(member(object, 'metadata'), 'annotations');
    for (const key of LEFTOVERS) {
      if (!Object.hasOwn(annotations, key)) continue;
      const path = ['metadata', 'annotations', key];
      report({
        path,
        at: 'key',
        message: 'was left here by an export of a cluster',
        fix: { type: 'remove', path },
      });
    }
  },
});
