import { defineRule, type Rule } from '../rule.js';
import { imageFrom } from './example.js';
import { BROKEN } from './severities.js';

const HEX = '0123456789abcdef'.repeat(4);

/** Finds image ids where a repository belongs. */
export const refImageIdAsName: Rule = defineRule({
  id: 'ref-image-id-as-name',
  summary: 'A DockerImage is named by its repository, not by its id alone.',
  why: '`sha256:<hex>` is read as the tag <hex> of a repository called sha256, and 64 hex digits as a repository of that name, which the importer refuses. Write `repository@sha256:<hex>`, or use kind ImageStreamImage for an image of a stream.',
  severity: BROKEN,
  examples: {
    bad: [imageFrom(`⟦sha256:${HEX}⟧`)],
    good: [imageFrom(`quay.io/acme/app@sha256:${HEX}`)],
  },
  check({ tags, report }) {
    for (const { from } of tags) {
      if (
        from?.kind !== 'DockerImage' ||
        !/^(?:sha(?:256|384|512):)?[0-9a-f]{64,128}$/i.test(from.name ?? '')
      )
        continue;
      const message = 'is the id of an image, not where it comes from; write repository@id';
      report({ path: [...from.path, 'name'], message });
    }
  },
});
