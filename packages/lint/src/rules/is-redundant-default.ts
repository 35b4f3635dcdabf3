import type { Path } from '../path.js';
import { defineRule, type Rule } from '../rule.js';
import { member } from '../tag-view.js';
import { streamTag } from './example.js';
import { STRICT_REMARK } from './severities.js';

/** Finds fields that restate what the server fills in. */
export const isRedundantDefault: Rule = defineRule({
  id: 'is-redundant-default',
  summary: 'A file does not restate defaults.',
  why: '`referencePolicy.type: Source`, `reference: false` and `lookupPolicy.local: false` are what the server fills in anyway. A file is easier to read when it says only what is special. Tools that compare files with the cluster may want the opposite, so only the strict preset asks.',
  kinds: ['ImageStream', 'ImageStreamTag', 'ImageTag'],
  severity: STRICT_REMARK,
  examples: {
    bad: [
      streamTag(
        'name: v1\n⟦reference⟧: false\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1',
      ),
    ],
    good: [streamTag('name: v1\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:v1')],
  },
  check({ object, kind, tags, report }) {
    const restated: Path[] = tags.flatMap(({ raw, referencePolicy, path }) => [
      ...(raw['reference'] === false ? [[...path, 'reference']] : []),
      ...(referencePolicy['type'] === 'Source' ? [[...path, 'referencePolicy', 'type']] : []),
    ]);
    if (
      kind === 'ImageStream' &&
      member(member(object, 'spec'), 'lookupPolicy')['local'] === false
    ) {
      restated.push(['spec', 'lookupPolicy', 'local']);
    }
    for (const path of restated) report({ path, at: 'key', message: 'restates the default' });
  },
});
