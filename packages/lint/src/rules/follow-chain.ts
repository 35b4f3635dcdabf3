import { defineRule, type Rule } from '../rule.js';
import { nameOfObject } from '../tag-view.js';
import { stream } from './example.js';
import { splitFollowed } from './followed.js';
import { REMARK } from './severities.js';

/** Finds tags that follow a tag which follows another. */
export const followChain: Rule = defineRule({
  id: 'follow-chain',
  summary: 'A tag follows the tag that has the image, not one that follows it.',
  why: 'Chains are settled in no particular order, so that after a push some tags of a chain may lag behind until the next one. Point at the end of the chain.',
  kinds: ['ImageStream'],
  severity: REMARK,
  examples: {
    bad: [
      stream(
        'spec:\n  tags:\n    - name: v1.4\n      from:\n        kind: DockerImage\n        name: quay.io/acme/app:v1.4\n    - name: v1\n      from:\n        kind: ImageStreamTag\n        name: v1.4\n    - name: latest\n      from:\n        kind: ImageStreamTag\n        name: ⟦v1⟧',
      ),
    ],
    good: [
      stream(
        'spec:\n  tags:\n    - name: v1\n      from:\n        kind: DockerImage\n        name: quay.io/acme/app:v1\n    - name: latest\n      from:\n        kind: ImageStreamTag\n        name: v1',
      ),
    ],
  },
  check({ tags, object, report }) {
    const own = nameOfObject(object);
    const targets = new Map<string, string>();
    for (const { name, from } of tags) {
      const followed = splitFollowed(from);
      if (name === undefined || from?.kind !== 'ImageStreamTag' || followed === undefined) continue;
      if ((followed.stream === '' || followed.stream === own) && from.namespace === undefined)
        targets.set(name, followed.target);
    }
    for (const { name, from } of tags) {
      const middle = targets.get(name ?? '');
      const end = middle === undefined ? undefined : endOfChain(middle, targets);
      if (from === undefined || middle === undefined || end === undefined || end === middle)
        continue;
      const message = `follows ${JSON.stringify(middle)}, which itself follows another tag`;
      report({ path: [...from.path, 'name'], message, suggestion: end });
    }
  },
});

/** The last tag of a chain; undefined for a cycle. */
function endOfChain(start: string, targets: ReadonlyMap<string, string>): string | undefined {
  let at = start;
  for (let steps = 0; steps <= targets.size; steps++) {
    const next = targets.get(at);
    if (next === undefined) return at;
    at = next;
  }
  return undefined;
}
