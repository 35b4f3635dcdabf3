import { defineRule, type Rule } from '../rule.js';
import { member, textMember } from '../tag-view.js';
import { mark } from './example.js';
import { REFUSED } from './severities.js';

/** Finds kinds the server only shows. */
export const kindNotCreatable: Rule = defineRule({
  id: 'kind-not-creatable',
  summary: 'A file holds no object of a kind that only the server makes.',
  why: 'ImageStreamImage and ImageStreamLayers are views on a stream, SecretList an answer; there is no way to create or update one, so applying the file fails.',
  kinds: ['ImageStreamImage', 'ImageStreamLayers', 'SecretList'],
  severity: REFUSED,
  examples: {
    bad: [
      mark(
        'apiVersion: image.openshift.io/v1\nkind: ⟦ImageStreamLayers⟧\nmetadata:\n  name: app\nblobs: {}\nimages: {}\n',
      ),
    ],
    good: [mark('apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\n')],
  },
  check({ kind, object, manifest, report }) {
    // What a server has printed shows when that was.
    const isPrinted = textMember(member(object, 'metadata'), 'creationTimestamp') !== undefined;
    if (manifest.isListed || isPrinted) return;
    report({
      path: ['kind'],
      message: `no ${kind} can be created: it is something the server shows`,
    });
  },
});
