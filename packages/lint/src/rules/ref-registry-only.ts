import { defineRule, type Rule } from '../rule.js';
import { imageFrom } from './example.js';
import { BROKEN } from './severities.js';

/** Finds references that are taken for a registry without a repository. */
export const refRegistryOnly: Rule = defineRule({
  id: 'ref-registry-only',
  summary: 'A pull specification names a repository, not a registry alone.',
  why: 'A text without slash that has a dot, or starts with `localhost`, is read as a registry: `my.image:1.0`, `quay.io`. The server stores it, and no import of it can ever succeed. Put the registry in front: `quay.io/acme/my.image:1.0`.',
  severity: BROKEN,
  examples: { bad: [imageFrom('⟦my.image:1.0⟧')], good: [imageFrom('quay.io/acme/my.image:1.0')] },
  check({ tags, report }) {
    for (const { from } of tags) {
      const reference = from?.reference;
      if (
        from === undefined ||
        reference === undefined ||
        reference.name !== '' ||
        reference.registry === ''
      )
        continue;
      const message = `${JSON.stringify(from.name)} is read as a registry without a repository and can never be imported`;
      report({ path: [...from.path, 'name'], message });
    }
  },
});
