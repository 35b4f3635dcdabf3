import { formatImageReference, withDockerClientDefaults } from '@imagestream/image-v1';
import { defineRule, type Rule } from '../rule.js';
import { imageFrom } from './example.js';
import { NOTE } from './severities.js';

/** Finds references without a registry. */
export const refUnqualified: Rule = defineRule({
  id: 'ref-unqualified',
  summary: 'A pull specification names its registry.',
  why: 'Without a registry the image comes from Docker Hub, which limits anonymous pulls, and a cluster may redirect or forbid the name. Write `docker.io/…` if that is what is meant.',
  severity: NOTE,
  examples: { bad: [imageFrom('⟦nginx:1.25⟧')], good: [imageFrom('docker.io/library/nginx:1.25')] },
  check({ tags, report }) {
    for (const { from } of tags) {
      const reference = from?.reference;
      if (
        from === undefined ||
        reference === undefined ||
        reference.registry !== '' ||
        reference.name === ''
      )
        continue;
      const { registry, namespace } = withDockerClientDefaults(reference);
      const suggestion = formatImageReference({ ...reference, registry, namespace }, 'exact');
      const message = 'names no registry and means Docker Hub';
      report({ path: [...from.path, 'name'], message, suggestion });
    }
  },
});
