import { defineRule, type Rule } from '../rule.js';
import { isDump } from '../read/dump.js';
import { streamTag } from './example.js';
import { GITOPS } from './severities.js';

/** Finds generations of tags in files. */
export const isTagGenerationInManifest: Rule = defineRule({
  id: 'is-tag-generation-in-manifest',
  summary: 'A tag in a file has no `generation`.',
  why: 'The server gives it. Whatever a client sends is ignored, except 0: that asks for a new import, at every single apply. Leave it out; `oc import-image` imports again.',
  kinds: ['ImageStream', 'ImageStreamTag', 'ImageTag'],
  severity: GITOPS,
  fixable: true,
  examples: {
    bad: [
      streamTag(
        'name: v1\n⟦generation⟧: 2\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1',
      ),
    ],
    good: [streamTag('name: v1\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1')],
  },
  check({ tags, manifest, report }) {
    if (isDump(manifest)) return;
    for (const { raw, path } of tags) {
      if (!Object.hasOwn(raw, 'generation')) continue;
      const isZero = raw['generation'] === 0;
      const message = isZero
        ? '0 asks for a new import at every apply'
        : 'is given by the server, which ignores the one of a request';
      const at = [...path, 'generation'];
      // Dropping a 0 would change what an apply does.
      report({
        path: at,
        at: 'key',
        message,
        ...(isZero ? {} : { fix: { type: 'remove', path: at } }),
      });
    }
  },
});
