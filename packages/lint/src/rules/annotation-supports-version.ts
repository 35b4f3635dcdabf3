import { isUnknown } from '../read/placeholders.js';
import { defineRule, type Rule } from '../rule.js';
import { streamTag } from './example.js';

const tag = (version: string): string =>
  `name: "1.4"\nannotations:\n  version: ${version}\nfrom:\n  kind: DockerImage\n  name: quay.io/acme/app:1.4`;

/** Finds tags whose name and annotation tell different versions. */
export const annotationSupportsVersion: Rule = defineRule({
  id: 'annotation-supports-version',
  summary: 'The annotation `version` of a tag agrees with its name.',
  why: 'The console shows the annotation, builds use the name. When they differ, people get another version than the one they chose.',
  kinds: ['ImageStream'],
  severity: { catalog: 'info' },
  examples: { bad: [streamTag(tag('⟦"1.3"⟧'))], good: [streamTag(tag('"1.4"'))] },
  check({ tags, report }) {
    for (const { name, annotations, path } of tags) {
      const version = annotations['version'];
      if (typeof version !== 'string' || name === undefined || isUnknown(name)) continue;
      const own = /^v?(\d+(?:\.\d+)*)/.exec(name)?.[1];
      if (own === undefined || !/^\d+(?:\.\d+)*$/.test(version)) continue;
      if (own === version || own.startsWith(`${version}.`) || version.startsWith(`${own}.`))
        continue;
      report({
        path: [...path, 'annotations', 'version'],
        message: `says ${version}, and the tag is called ${JSON.stringify(name)}`,
      });
    }
  },
});
