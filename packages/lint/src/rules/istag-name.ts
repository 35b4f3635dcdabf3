import { imageStreamName } from '@imagestream/validators';
import { isUnknown } from '../read/placeholders.js';
import { defineRule, type Rule } from '../rule.js';
import { nameOfObject } from '../tag-view.js';
import { mark } from './example.js';
import { REFUSED } from './severities.js';

const head = (name: string): string =>
  `apiVersion: image.openshift.io/v1\nkind: ImageStreamTag\nmetadata:\n  name: ${name}\ntag:\n  name: v1\n  from:\n    kind: DockerImage\n    name: quay.io/acme/app:v1\n`;

/** Finds names of stream tags that name no stream and tag. */
export const istagName: Rule = defineRule({
  id: 'istag-name',
  summary: 'An ImageStreamTag and an ImageTag are named `stream:tag`.',
  why: 'The name says where the tag is written. Without a colon the server answers 500, and no stream has a name that streams cannot have.',
  kinds: ['ImageStreamTag', 'ImageTag'],
  severity: REFUSED,
  examples: { bad: [mark(head('⟦app⟧')), mark(head('⟦App:v1⟧'))], good: [mark(head('app:v1'))] },
  check({ object, report }) {
    const name = nameOfObject(object);
    if (name === '' || isUnknown(name)) return;
    const path = ['metadata', 'name'];
    if (!name.includes(':')) {
      report({ path, message: `${JSON.stringify(name)} must be of the form <stream_name>:<tag>` });
      return;
    }
    const stream = name.slice(0, name.indexOf(':'));
    const [problem] = stream === '' ? ['is empty'] : imageStreamName(stream, { isPrefix: false });
    if (problem !== undefined)
      report({ path, message: `no stream can be called ${JSON.stringify(stream)}: ${problem}` });
  },
});
