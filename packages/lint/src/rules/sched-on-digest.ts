import { defineRule, type Rule } from '../rule.js';
import { streamTag } from './example.js';
import { DOUBTFUL } from './severities.js';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** Finds scheduled imports of what cannot change. */
export const schedOnDigest: Rule = defineRule({
  id: 'sched-on-digest',
  summary: 'An image named by its digest is not imported on a schedule.',
  why: 'A digest is always the same image, so every import after the first is work for nothing.',
  severity: DOUBTFUL,
  fixable: true,
  examples: {
    bad: [
      streamTag(
        `name: v1\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app@${DIGEST}\nimportPolicy:\n  importMode: Legacy\n  scheduled: ⟦true⟧`,
      ),
    ],
    good: [streamTag(`name: v1\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app@${DIGEST}`)],
  },
  check({ tags, report }) {
    for (const { importPolicy, from, path } of tags) {
      if (importPolicy['scheduled'] !== true || (from?.reference?.id ?? '') === '') continue;
      const at = [...path, 'importPolicy', 'scheduled'];
      report({
        path: at,
        message: 'imports the same digest again and again',
        fix: { type: 'remove', path: at },
      });
    }
  },
});
