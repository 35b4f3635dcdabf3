import { defineRule, type Rule } from '../rule.js';
import { member } from '../tag-view.js';
import { isDump } from '../read/dump.js';
import { mark } from './example.js';
import { GITOPS } from './severities.js';

const FIELDS = [
  'creationTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];

/** Finds metadata that only the server writes. */
export const isServerMetadata: Rule = defineRule({
  id: 'is-server-metadata',
  summary: 'A file that is to be applied leaves the metadata of the server out.',
  why: '`uid`, `creationTimestamp`, `selfLink`, `managedFields` and `generation` are ignored, and a stale `resourceVersion` makes updates fail with 409 Conflict. They come into files by way of `oc get -o yaml` and `oc export`.',
  severity: GITOPS,
  fixable: true,
  examples: {
    bad: [
      mark(
        'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\n  ⟦creationTimestamp⟧: null\n  ⟦generation⟧: 4\n',
      ),
    ],
    good: [
      mark(
        'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\n  labels:\n    team: web\n',
      ),
    ],
  },
  check({ object, manifest, report }) {
    if (isDump(manifest)) return;
    const metadata = member(object, 'metadata');
    for (const field of FIELDS) {
      if (!Object.hasOwn(metadata, field)) continue;
      const path = ['metadata', field];
      const message =
        field === 'resourceVersion' && metadata[field] !== null
          ? 'belongs to the server; once it is stale, updates fail with 409 Conflict'
          : 'belongs to the server, which ignores it in a request';
      report({ path, at: 'key', message, fix: { type: 'remove', path } });
    }
  },
});
