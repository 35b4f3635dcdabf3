import { defineRule, type Rule } from '../rule.js';
import { streamTag } from './example.js';
import { BROKEN } from './severities.js';

/** Finds tags and images that are named in each other's form. */
export const followWrongSeparator: Rule = defineRule({
  id: 'follow-wrong-separator',
  summary: 'An ImageStreamTag is named `stream:tag`, an ImageStreamImage `stream@id`.',
  why: 'The server looks only for the separator of the kind: `app@sha256…` as an ImageStreamTag is the tag of that odd name in the same stream, which does not exist.',
  severity: BROKEN,
  examples: {
    bad: [streamTag('name: v1\nfrom:\n  kind: ImageStreamTag\n  name: ⟦base@sha256⟧')],
    good: [streamTag('name: v1\nfrom:\n  kind: ImageStreamTag\n  name: base:v1')],
  },
  check({ tags, report }) {
    for (const { from } of tags) {
      if (from?.name === undefined) continue;
      if (from.kind === 'ImageStreamTag' && from.name.includes('@')) {
        const message =
          'an ImageStreamTag is named stream:tag; "@" belongs to kind ImageStreamImage';
        report({ path: [...from.path, 'name'], message });
      }
      if (
        from.kind === 'ImageStreamImage' &&
        /^[^@:]+:[^@:]{1,31}$/.test(from.name) &&
        !/^sha\d+:/.test(from.name)
      ) {
        const message =
          'an ImageStreamImage is named stream@id; ":" belongs to kind ImageStreamTag';
        report({ path: [...from.path, 'name'], message });
      }
    }
  },
});
