import { isUnknown } from '../read/placeholders.js';
import { defineRule, type Rule } from '../rule.js';
import { streamTag } from './example.js';
import { BROKEN } from './severities.js';

/** Finds tag names that no pull specification can hold. */
export const tagNameSyntax: Rule = defineRule({
  id: 'tag-name-syntax',
  summary:
    'A tag is named by up to 128 letters, digits, `_`, `.` and `-`, and does not start with `.` or `-`.',
  why: 'The server stores any name. One of another form cannot be pulled, and with `:`, `@` or `/` in it the ImageStreamTag cannot even be addressed.',
  severity: BROKEN,
  examples: {
    bad: [streamTag('name: ⟦"v1:debug"⟧\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1')],
    good: [streamTag('name: v1-debug\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1')],
  },
  check({ tags, report }) {
    for (const { name, path, role } of tags) {
      if (
        name === undefined ||
        name === '' ||
        isUnknown(name) ||
        /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(name)
      )
        continue;
      const message = /[:@/]/.test(name)
        ? `${JSON.stringify(name)} can never be addressed: a tag name has no ":", "@" or "/"`
        : `${JSON.stringify(name)} can never be pulled: a tag name has up to 128 of [A-Za-z0-9_.-] and starts with a letter, a digit or "_"`;
      if (role === 'specTag') report({ path: [...path, 'name'], message });
      else if (role === 'importedImage') report({ path: [...path, 'to', 'name'], message });
      else report({ path: ['metadata', 'name'], message });
    }
  },
});
