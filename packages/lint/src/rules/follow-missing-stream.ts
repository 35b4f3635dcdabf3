import { defineRule, type Rule } from '../rule.js';
import { member, nameOfObject, textMember } from '../tag-view.js';
import { mark } from './example.js';
import { leadsElsewhere, splitFollowed } from './followed.js';
import { BROKEN } from './severities.js';

const BASE = 'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: base\n';
const head = (name: string): string =>
  `apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\nspec:\n  tags:\n    - name: latest\n      from:\n        kind: ImageStreamTag\n        name: ${name}\n`;

/** Finds streams that follow one which stands further down in the file. */
export const followMissingStream: Rule = defineRule({
  id: 'follow-missing-stream',
  summary: 'A stream stands behind the streams it follows.',
  why: 'When a stream is created, the streams its tags follow must exist, or the whole stream is refused. `oc apply` creates the objects of a file in their order.',
  kinds: ['ImageStream'],
  severity: BROKEN,
  examples: {
    bad: [mark(`${head('⟦base:v1⟧')}---\n${BASE}`)],
    good: [mark(`${BASE}---\n${head('base:v1')}`)],
  },
  check({ tags, object, streams, report }) {
    const own = {
      name: nameOfObject(object),
      namespace: textMember(member(object, 'metadata'), 'namespace'),
    };
    const self = streams.find(own.name, own.namespace);
    for (const { from } of tags) {
      const followed = splitFollowed(from);
      if (from === undefined || followed === undefined || !leadsElsewhere(from, followed, own))
        continue;
      const other = streams.find(
        followed.stream === '' ? own.name : followed.stream,
        from.namespace,
      );
      if (other === undefined || self === undefined || other.order <= self.order) continue;
      const message = `the stream ${JSON.stringify(other.name)} is created only later in this file; until then this one is refused`;
      report({ path: [...from.path, 'name'], message });
    }
  },
});
