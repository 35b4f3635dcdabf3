import { isOciDigest } from '@imagestream/image-v1';
import { isUnknown } from '../read/placeholders.js';
import { defineRule, type Rule } from '../rule.js';
import { nameOfObject } from '../tag-view.js';
import { mark } from './example.js';
import { DOUBTFUL } from './severities.js';

const head = (name: string): string =>
  `apiVersion: image.openshift.io/v1\nkind: Image\nmetadata:\n  name: ${name}\ndockerImageReference: quay.io/acme/app:v1\n`;

/** Finds images that no digest finds. */
export const imageNameNotDigest: Rule = defineRule({
  id: 'image-name-not-digest',
  summary: 'An Image is named by its digest.',
  why: 'The server takes any name. Streams, signatures and pulls look images up by digest, so that one of another name is found by nothing.',
  kinds: ['Image'],
  severity: DOUBTFUL,
  examples: {
    bad: [mark(head('⟦app-v1⟧'))],
    good: [mark(head(`sha256:${'0123456789abcdef'.repeat(4)}`))],
  },
  check({ object, report }) {
    const name = nameOfObject(object);
    if (name === '' || isUnknown(name) || isOciDigest(name)) return;
    report({
      path: ['metadata', 'name'],
      message: 'is no digest; streams and pulls look an image up by its digest',
    });
  },
});
