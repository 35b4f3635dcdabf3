import { defineRule, type Rule } from '../rule.js';
import { imageFrom } from './example.js';
import { NOTE } from './severities.js';

/** Finds references with neither tag nor digest. */
export const refImplicitLatest: Rule = defineRule({
  id: 'ref-implicit-latest',
  summary: 'A pull specification has a tag or a digest.',
  why: 'Without one it means `:latest`, which says nothing about what is imported. Write the tag.',
  kinds: ['ImageStream', 'ImageStreamTag', 'ImageTag', 'ImageStreamImport'],
  severity: NOTE,
  examples: { bad: [imageFrom('⟦quay.io/acme/app⟧')], good: [imageFrom('quay.io/acme/app:v1')] },
  check({ tags, report }) {
    for (const { from, role } of tags) {
      const reference = from?.reference;
      if (from === undefined || reference === undefined || role === 'importedRepository') continue;
      if (reference.name === '' || reference.tag !== '' || reference.id !== '') continue;
      const message = 'has neither tag nor digest and means ":latest"';
      report({ path: [...from.path, 'name'], message, suggestion: `${from.name ?? ''}:latest` });
    }
  },
});
