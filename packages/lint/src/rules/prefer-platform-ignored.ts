import { defineRule, type Rule } from '../rule.js';
import { member } from '../tag-view.js';
import { mark } from './example.js';
import { DOUBTFUL } from './severities.js';

const KEYS = ['importer.image.openshift.io/prefer-arch', 'importer.image.openshift.io/prefer-os'];

/** Finds wishes for a platform where nobody reads them. */
export const preferPlatformIgnored: Rule = defineRule({
  id: 'prefer-platform-ignored',
  summary: 'The wish for a platform stands at the tag, and where there is a choice.',
  why: '`importer.image.openshift.io/prefer-arch` and `prefer-os` are read from the annotations of a spec tag. On the stream they have no effect, nor with `importMode: PreserveOriginal`, which keeps all platforms.',
  kinds: ['ImageStream'],
  severity: DOUBTFUL,
  examples: {
    bad: [
      mark(
        'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\n  annotations:\n    ⟦importer.image.openshift.io/prefer-arch⟧: arm64\n',
      ),
    ],
    good: [
      mark(
        'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\nspec:\n  tags:\n    - name: v1\n      annotations:\n        importer.image.openshift.io/prefer-arch: arm64\n      from:\n        kind: DockerImage\n        name: quay.io/acme/app:v1\n',
      ),
    ],
  },
  check({ object, tags, report }) {
    const annotations = member(member(object, 'metadata'), 'annotations');
    for (const key of KEYS.filter((name) => Object.hasOwn(annotations, name))) {
      const message = 'has no effect on a stream; it belongs to the annotations of the tag';
      report({ path: ['metadata', 'annotations', key], at: 'key', message });
    }
    for (const { annotations: own, importPolicy, path } of tags) {
      if (importPolicy['importMode'] !== 'PreserveOriginal') continue;
      for (const key of KEYS.filter((name) => Object.hasOwn(own, name))) {
        const message = 'has no effect with importMode PreserveOriginal, which keeps all platforms';
        report({ path: [...path, 'annotations', key], at: 'key', message });
      }
    }
  },
});
