import { defineRule, type Rule } from '../rule.js';
import { mark } from './example.js';
import { REMARK } from './severities.js';

/** Finds sources of templates, which nobody can check before they are rendered. Reported while a file is read. */
export const templateSource: Rule = defineRule({
  id: 'template-source',
  summary: 'A file of Helm, Jinja or Go template is linted once it is rendered.',
  why: 'Before it is rendered it is no YAML, so nothing in it can be checked. Lint what comes out: `helm template . | imagestream-lint -`.',
  severity: REMARK,
  examples: {
    bad: [
      mark(
        'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\n  labels:\n    ⟦{{-⟧ include "app.labels" . | nindent 4 }}\n',
      ),
    ],
    good: [mark('apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\n')],
  },
});
