import { isUnknown } from '../read/placeholders.js';
import { nearest } from '../nearest.js';
import { defineRule, type Rule } from '../rule.js';
import { nameOfObject, textMember, member } from '../tag-view.js';
import { mark } from './example.js';
import { leadsElsewhere, splitFollowed } from './followed.js';
import { BROKEN } from './severities.js';

const BASE =
  'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: base\nspec:\n  tags:\n    - name: v1\n      from:\n        kind: DockerImage\n        name: quay.io/acme/base:v1\n---\n';
const APP =
  'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\nspec:\n  tags:\n    - name: latest\n      from:\n        kind: ImageStreamTag\n';

/** Finds tags that follow a tag another stream of the file does not have. */
export const followDanglingKnown: Rule = defineRule({
  id: 'follow-dangling-known',
  summary: 'A tag that follows another stream of the same file names a tag which that stream has.',
  why: 'The server takes the stream all the same, and the tag stays empty until somebody pushes one of that name to the other stream.',
  kinds: ['ImageStream'],
  severity: BROKEN,
  examples: {
    bad: [mark(`${BASE}${APP}        name: ⟦base:v2⟧\n`)],
    good: [mark(`${BASE}${APP}        name: base:v1\n`)],
  },
  check({ tags, object, streams, report }) {
    const own = {
      name: nameOfObject(object),
      namespace: textMember(member(object, 'metadata'), 'namespace'),
    };
    for (const { from } of tags) {
      const followed = splitFollowed(from);
      if (
        from?.kind !== 'ImageStreamTag' ||
        followed === undefined ||
        !leadsElsewhere(from, followed, own)
      )
        continue;
      const stream = streams.find(
        followed.stream === '' ? own.name : followed.stream,
        from.namespace,
      );
      // A stream that shows no tags is filled by builds or pushes.
      if (
        stream === undefined ||
        stream.tags.size === 0 ||
        stream.tags.has(followed.target || 'latest')
      )
        continue;
      if ([...stream.tags].some(isUnknown)) continue;
      const meant = nearest(followed.target, stream.tags);
      report({
        path: [...from.path, 'name'],
        message: `the stream ${JSON.stringify(stream.name)} of this file has no tag ${JSON.stringify(followed.target)}`,
        ...(meant === undefined ? {} : { suggestion: `${followed.stream}:${meant}` }),
      });
    }
  },
});
