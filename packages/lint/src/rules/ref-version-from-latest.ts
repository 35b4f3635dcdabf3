import { defineRule, type Rule } from '../rule.js';
import { streamTag } from './example.js';
import { STRICT_REMARK } from './severities.js';

/** Finds tags named after a version that take whatever is newest. */
export const refVersionFromLatest: Rule = defineRule({
  id: 'ref-version-from-latest',
  summary: 'A tag named after a version does not take `latest`.',
  why: 'The name promises a version, the source does not keep it: `latest` moves on, and the tag with it at the next import. Catalogues do this on purpose where the version is part of the repository name, so only the strict preset asks.',
  severity: STRICT_REMARK,
  examples: {
    bad: [streamTag('name: "1.4"\nfrom:\n  kind: DockerImage\n  name: ⟦quay.io/acme/app:latest⟧')],
    good: [streamTag('name: "1.4"\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:1.4')],
  },
  check({ tags, report }) {
    for (const { name, from } of tags) {
      if (
        from?.reference?.tag !== 'latest' ||
        !/^v?\d+(?:\.\d+)*(?:[-.][\w.-]+)?$/.test(name ?? '')
      )
        continue;
      const message = `the tag is called ${JSON.stringify(name)} and takes whatever is latest`;
      report({ path: [...from.path, 'name'], message });
    }
  },
});
