import { defineRule, type Rule } from '../rule.js';
import { streamTag } from './example.js';
import { DOUBTFUL } from './severities.js';

/** Finds imports without a certificate check. */
export const importInsecure: Rule = defineRule({
  id: 'import-insecure',
  summary: 'Images are imported over a checked connection.',
  why: "`importPolicy.insecure` lets the import skip the certificate check, and fall back to plain HTTP: whoever is in between decides what the image is. Give the cluster the registry's certificate authority instead.",
  severity: DOUBTFUL,
  examples: {
    bad: [
      streamTag(
        'name: v1\nfrom:\n  kind: DockerImage\n  name: registry.lan/acme/app:v1\nimportPolicy:\n  insecure: ⟦true⟧',
      ),
    ],
    good: [streamTag('name: v1\nfrom:\n  kind: DockerImage\n  name: registry.lan/acme/app:v1')],
  },
  check({ tags, report }) {
    for (const { importPolicy, path } of tags) {
      if (importPolicy['insecure'] !== true) continue;
      report({
        path: [...path, 'importPolicy', 'insecure'],
        message: 'switches the certificate check off, and allows plain HTTP',
      });
    }
  },
});
