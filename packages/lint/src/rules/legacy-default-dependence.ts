import { defineRule, type Rule } from '../rule.js';
import { streamTag } from './example.js';
import { STRICT_REMARK } from './severities.js';

/** Finds imports whose result depends on a setting of the cluster. */
export const legacyDefaultDependence: Rule = defineRule({
  id: 'legacy-default-dependence',
  summary: 'An import says whether it keeps all platforms of an image.',
  why: 'Without `importPolicy.importMode` the default of the cluster decides whether a manifest list is kept (`PreserveOriginal`) or one platform is picked (`Legacy`). Nearly no public stream says it, so only the strict preset asks.',
  kinds: ['ImageStream', 'ImageStreamTag', 'ImageTag'],
  severity: STRICT_REMARK,
  examples: {
    bad: [streamTag('name: v1\n⟦from⟧:\n  kind: DockerImage\n  name: quay.io/acme/app:v1')],
    good: [
      streamTag(
        'name: v1\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1\nimportPolicy:\n  importMode: PreserveOriginal',
      ),
    ],
  },
  check({ tags, report }) {
    for (const { from, importPolicy, raw } of tags) {
      if (from?.kind !== 'DockerImage' || raw['reference'] === true) continue;
      if (importPolicy['importMode'] !== undefined && importPolicy['importMode'] !== '') continue;
      report({
        path: from.path,
        at: 'key',
        message:
          'whether all platforms are kept depends on the cluster; set importPolicy.importMode',
      });
    }
  },
});
