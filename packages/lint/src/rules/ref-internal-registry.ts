import { INTERNAL_REGISTRY } from '@imagestream/validators';
import { defineRule, type Rule } from '../rule.js';
import { imageFrom, streamTag } from './example.js';
import { DOUBTFUL } from './severities.js';

/** Finds references to the registry inside some cluster. */
export const refInternalRegistry: Rule = defineRule({
  id: 'ref-internal-registry',
  summary:
    'An image of the cluster itself is named by ImageStreamTag, not by the internal registry.',
  why: 'The address is that of one cluster, and a DockerImage is imported once and not followed. An ImageStreamTag works in every cluster and follows later pushes to its own stream.',
  severity: DOUBTFUL,
  options: {
    hosts: {
      type: 'strings',
      default: [
        INTERNAL_REGISTRY,
        'docker-registry.default.svc:5000',
        'docker-registry.default.svc.cluster.local:5000',
      ],
      description:
        'Registries that count as internal, beside every address in 172.30.0.0/16 with port 5000.',
    },
  },
  examples: {
    bad: [imageFrom('⟦image-registry.openshift-image-registry.svc:5000/web/app:v1⟧')],
    good: [streamTag('name: v1\nfrom:\n  kind: ImageStreamTag\n  name: base:v1')],
  },
  check({ tags, options, report }) {
    const hosts = Array.isArray(options['hosts']) ? options['hosts'] : [];
    for (const { from } of tags) {
      const registry = from?.reference?.registry ?? '';
      if (
        from === undefined ||
        (!hosts.includes(registry) && !/^172\.30\.\d+\.\d+:5000$/.test(registry))
      )
        continue;
      const message = `${JSON.stringify(registry)} is the registry inside one cluster; an ImageStreamTag works in every one`;
      report({ path: [...from.path, 'name'], message });
    }
  },
});
