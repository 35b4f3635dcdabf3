import { defineRule, type Rule } from '../rule.js';
import { member, textMember } from '../tag-view.js';
import { streamTag } from './example.js';
import { splitFollowed } from './followed.js';
import { REMARK } from './severities.js';

/** Finds tags that follow a stream in another namespace. */
export const followCrossNamespace: Rule = defineRule({
  id: 'follow-cross-namespace',
  summary: 'A tag that follows a stream of another namespace needs a permission there.',
  why: 'Whoever creates the stream must be allowed to `get` `imagestreams/layers` in the other namespace, or the whole stream is refused. The image is looked up once; later changes of the other stream do not come through.',
  severity: REMARK,
  examples: {
    bad: [
      streamTag('name: v1\nfrom:\n  kind: ImageStreamTag\n  name: base:v1\n  namespace: ⟦shared⟧'),
    ],
    good: [streamTag('name: v1\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/base:v1')],
  },
  check({ tags, object, report }) {
    const own = textMember(member(object, 'metadata'), 'namespace');
    for (const { from } of tags) {
      if (splitFollowed(from) === undefined || from?.namespace === undefined) continue;
      if (from.namespace === '' || from.namespace === own) continue;
      const message = `needs the permission to get imagestreams/layers in ${JSON.stringify(from.namespace)}, and later changes there do not come through`;
      report({ path: [...from.path, 'namespace'], message });
    }
  },
});
