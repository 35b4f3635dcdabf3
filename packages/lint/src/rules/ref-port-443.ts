import { defineRule, type Rule } from '../rule.js';
import { imageFrom } from './example.js';
import { REMARK } from './severities.js';

/** Finds registries with the port they have anyway. */
export const refPort443: Rule = defineRule({
  id: 'ref-port-443',
  summary: 'A registry does not spell out port 443.',
  why: '`quay.io:443` and `quay.io` are the same server and two different registries to the API: credentials, allowed registries and mirrors are looked up by the text.',
  severity: REMARK,
  examples: {
    bad: [imageFrom('⟦quay.io:443/acme/app:v1⟧')],
    good: [imageFrom('quay.io/acme/app:v1')],
  },
  check({ tags, report }) {
    for (const { from } of tags) {
      const registry = from?.reference?.registry ?? '';
      if (from?.name === undefined || !registry.endsWith(':443') || from.reference?.name === '')
        continue;
      const suggestion = from.name.replace(registry, registry.slice(0, -':443'.length));
      const message = `${JSON.stringify(registry)} counts as another registry than the one without port`;
      report({ path: [...from.path, 'name'], message, suggestion });
    }
  },
});
