import { defineRule, type Rule } from '../rule.js';
import { member } from '../tag-view.js';
import { mark } from './example.js';
import { DOUBTFUL } from './severities.js';

const head = (annotations: string): string =>
  `apiVersion: image.openshift.io/v1\nkind: ImageStreamTag\nmetadata:\n  name: app:v1\n  annotations:\n    team: web\ntag:\n  name: v1\n  from:\n    kind: DockerImage\n    name: quay.io/acme/app:v1\n${annotations}`;

/** Finds annotations of stream tags that only one verb looks at. */
export const istagAnnotationLocation: Rule = defineRule({
  id: 'istag-annotation-location',
  summary: 'An ImageStreamTag has its annotations in both places.',
  why: 'On POST only `tag.annotations` counts, on PUT only `metadata.annotations`. With the same in both, it does not matter whether the tag exists already.',
  kinds: ['ImageStreamTag'],
  severity: DOUBTFUL,
  examples: {
    bad: [mark(head('').replace('  annotations:', '  ⟦annotations⟧:'))],
    good: [mark(head('  annotations:\n    team: web\n'))],
  },
  check({ object, tags, report }) {
    const annotations = member(member(object, 'metadata'), 'annotations');
    const [tag] = tags;
    if (tag === undefined) return;
    const inMetadata =
      Object.keys(annotations).filter((key) => key !== 'imagestream-lint/ignore').length > 0;
    const inTag = Object.keys(tag.annotations).length > 0;
    if (inMetadata === inTag) return;
    const path = inMetadata ? ['metadata', 'annotations'] : [...tag.path, 'annotations'];
    const other = inMetadata
      ? 'tag.annotations, so a POST ignores these'
      : 'metadata.annotations, so a PUT drops these';
    report({ path, at: 'key', message: `not the same as ${other}` });
  },
});
