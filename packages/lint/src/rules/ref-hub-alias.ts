import { defineRule, type Rule } from '../rule.js';
import { imageFrom } from './example.js';
import { REMARK } from './severities.js';

const ALIASES = new Set(['index.docker.io', 'registry-1.docker.io']);

/** Finds old names of Docker Hub. */
export const refHubAlias: Rule = defineRule({
  id: 'ref-hub-alias',
  summary: 'Docker Hub is called `docker.io`.',
  why: '`index.docker.io` and `registry-1.docker.io` reach the same images, but compare unequal to `docker.io`: credentials and allowed registries may not apply.',
  severity: REMARK,
  fixable: true,
  examples: {
    bad: [imageFrom('⟦index.docker.io/acme/app:v1⟧')],
    good: [imageFrom('docker.io/acme/app:v1')],
  },
  check({ tags, report }) {
    for (const { from } of tags) {
      const registry = from?.reference?.registry ?? '';
      if (from?.name === undefined || !ALIASES.has(registry)) continue;
      const path = [...from.path, 'name'];
      const text = from.name.replace(registry, 'docker.io');
      const message = `${JSON.stringify(registry)} is an old name of docker.io and compares unequal to it`;
      report({ path, message, suggestion: text, fix: { type: 'replace', path, text } });
    }
  },
});
