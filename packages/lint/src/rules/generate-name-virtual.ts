import { defineRule, type Rule } from '../rule.js';
import { member, textMember } from '../tag-view.js';
import { mark } from './example.js';
import { REFUSED } from './severities.js';

const head = (name: string): string =>
  `apiVersion: image.openshift.io/v1\nkind: ImageStreamTag\nmetadata:\n  ${name}\ntag:\n  name: v1\n  from:\n    kind: DockerImage\n    name: quay.io/acme/app:v1\n`;

/** Finds generated names where the server generates none. */
export const generateNameVirtual: Rule = defineRule({
  id: 'generate-name-virtual',
  summary: 'Only ImageStream and Image can have a generated name.',
  why: 'For the other kinds the server answers 500, `metadata.name was not generated`: their names say which stream and tag they mean.',
  kinds: ['ImageStreamTag', 'ImageTag', 'ImageStreamImport', 'ImageSignature'],
  severity: REFUSED,
  examples: { bad: [mark(head('generateName: ⟦app⟧'))], good: [mark(head('name: app:v1'))] },
  check({ object, kind, report }) {
    const metadata = member(object, 'metadata');
    if (
      (textMember(metadata, 'name') ?? '') !== '' ||
      (textMember(metadata, 'generateName') ?? '') === ''
    )
      return;
    report({
      path: ['metadata', 'generateName'],
      message: `the server generates no names for ${kind} and answers 500`,
    });
  },
});
