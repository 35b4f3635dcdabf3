import { defineRule, type Rule } from '../rule.js';
import { streamTag } from './example.js';
import { REMARK } from './severities.js';

const WITHOUT_EFFECT = ['apiVersion', 'fieldPath', 'resourceVersion', 'uid'];

/** Finds fields of a reference that nobody reads. */
export const fromExtraFields: Rule = defineRule({
  id: 'from-extra-fields',
  summary: '`from` has a kind, a name and perhaps a namespace, nothing else.',
  why: '`apiVersion`, `uid`, `resourceVersion` and `fieldPath` exist in every object reference, and have no effect here: they do not pin what is referred to.',
  severity: REMARK,
  fixable: true,
  examples: {
    bad: [
      streamTag(
        'name: v1\nfrom:\n  ⟦apiVersion⟧: v1\n  kind: DockerImage\n  name: quay.io/acme/app:v1',
      ),
    ],
    good: [streamTag('name: v1\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1')],
  },
  check({ tags, report }) {
    for (const { from } of tags) {
      if (from === undefined) continue;
      for (const field of WITHOUT_EFFECT.filter((name) => Object.hasOwn(from.raw, name))) {
        const path = [...from.path, field];
        report({
          path,
          at: 'key',
          message: 'has no effect in a reference to an image',
          fix: { type: 'remove', path },
        });
      }
    }
  },
});
