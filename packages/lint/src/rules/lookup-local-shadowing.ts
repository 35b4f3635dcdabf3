import { defineRule, type Rule } from '../rule.js';
import { member, nameOfObject } from '../tag-view.js';
import { mark } from './example.js';
import { STRICT_ONLY } from './severities.js';

const COMMON = [
  'alpine',
  'busybox',
  'centos',
  'debian',
  'fedora',
  'golang',
  'httpd',
  'mariadb',
  'memcached',
  'mongo',
  'mysql',
  'nginx',
  'node',
  'openjdk',
  'php',
  'postgres',
  'python',
  'redis',
  'registry',
  'ruby',
  'ubuntu',
];

const head = (name: string): string =>
  `apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: ${name}\nspec:\n  lookupPolicy:\n    local: `;

/** Finds streams that answer for a well-known short name. */
export const lookupLocalShadowing: Rule = defineRule({
  id: 'lookup-local-shadowing',
  summary: 'A stream with local lookup is not named like a common image of Docker Hub.',
  why: 'With `lookupPolicy.local` every pod and build of the namespace that says `nginx` gets the image of the stream nginx, whoever wrote it and whatever was meant.',
  kinds: ['ImageStream'],
  severity: STRICT_ONLY,
  options: {
    names: {
      type: 'strings',
      default: COMMON,
      description: 'Names that are taken for images of Docker Hub.',
    },
  },
  examples: { bad: [mark(`${head('nginx')}⟦true⟧\n`)], good: [mark(`${head('web-nginx')}true\n`)] },
  check({ object, options, report }) {
    const name = nameOfObject(object);
    const names = Array.isArray(options['names']) ? options['names'] : [];
    if (member(member(object, 'spec'), 'lookupPolicy')['local'] !== true || !names.includes(name))
      return;
    report({
      path: ['spec', 'lookupPolicy', 'local'],
      message: `makes this stream answer for every ${JSON.stringify(name)} in the namespace`,
    });
  },
});
