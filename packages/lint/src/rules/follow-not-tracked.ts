import { defineRule, type Rule } from '../rule.js';
import { member, nameOfObject, textMember } from '../tag-view.js';
import { streamTag } from './example.js';
import { leadsElsewhere, splitFollowed } from './followed.js';
import { REMARK } from './severities.js';

/** Finds tags that follow another stream, which is not tracked. */
export const followNotTracked: Rule = defineRule({
  id: 'follow-not-tracked',
  summary: 'Only tags of the same stream are followed for good.',
  why: 'A tag that follows another stream gets the image that stream has at that moment. Later pushes there do not reach it; only following inside one stream is kept up to date.',
  severity: REMARK,
  examples: {
    bad: [streamTag('name: v1\nfrom:\n  kind: ImageStreamTag\n  name: ⟦base:v1⟧')],
    good: [
      streamTag(
        'name: v1\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/base:v1\nimportPolicy:\n  scheduled: true',
      ),
    ],
  },
  check({ tags, object, report }) {
    const own = {
      name: nameOfObject(object),
      namespace: textMember(member(object, 'metadata'), 'namespace'),
    };
    for (const { from, role } of tags) {
      const followed = splitFollowed(from);
      if (from?.kind !== 'ImageStreamTag' || followed === undefined || role !== 'specTag') continue;
      if (followed.stream === '' || followed.stream === own.name || from.namespace !== undefined)
        continue;
      if (!leadsElsewhere(from, followed, own)) continue;
      const message = `is looked up once; later pushes to the stream ${JSON.stringify(followed.stream)} do not reach this tag`;
      report({ path: [...from.path, 'name'], message });
    }
  },
});
