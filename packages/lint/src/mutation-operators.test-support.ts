import {
  insertBefore,
  type Mutant,
  rename,
  replace,
  type Subject,
  tagsOf,
} from './mutant.test-support.js';

/** A way to break a stream, and the rules of which one must notice. */
export interface Operator {
  readonly name: string;
  readonly rules: readonly string[];
  readonly break: (subject: Subject) => Mutant[];
}

const HEX = '0123456789abcdef'.repeat(4);

/** Tags that take a DockerImage; the path of the name. */
function imagePaths(subject: Subject): (string | number)[][] {
  return tagsOf(subject)
    .filter(({ from }) => from?.['kind'] === 'DockerImage' && typeof from['name'] === 'string')
    .map(({ index }) => ['spec', 'tags', index, 'from', 'name']);
}

function onImages(value: string): (subject: Subject) => Mutant[] {
  return (subject) => imagePaths(subject).flatMap((path) => replace(subject, path, value));
}

function onFromKinds(value: string): (subject: Subject) => Mutant[] {
  return (subject) =>
    tagsOf(subject).flatMap(({ index, from }) =>
      typeof from?.['kind'] === 'string'
        ? replace(subject, ['spec', 'tags', index, 'from', 'kind'], value)
        : [],
    );
}

function onTagNames(value: unknown, raw = false): (subject: Subject) => Mutant[] {
  return (subject) =>
    tagsOf(subject).flatMap(({ index, name }) =>
      typeof name === 'string' && !/[${]/.test(name)
        ? replace(subject, ['spec', 'tags', index, 'name'], value, raw)
        : [],
    );
}

function inTags(key: string, value: unknown): (subject: Subject) => Mutant[] {
  return (subject) =>
    tagsOf(subject).flatMap(({ index, raw }) =>
      key in raw ? [] : insertBefore(subject, ['spec', 'tags', index, 'name'], key, value),
    );
}

function onName(value: string): (subject: Subject) => Mutant[] {
  return (subject) => replace(subject, ['metadata', 'name'], value);
}

function inMetadata(key: string, value: unknown): (subject: Subject) => Mutant[] {
  return (subject) => {
    const metadata = subject.value['metadata'];
    if (typeof metadata !== 'object' || metadata === null || key in metadata) return [];
    return insertBefore(subject, ['metadata', 'name'], key, value);
  };
}

/** Makes an image tag follow another tag: the kind changes as well, on its own line. */
function following(
  name: (subject: Subject, own: string) => string | undefined,
): (subject: Subject) => Mutant[] {
  return (subject) =>
    tagsOf(subject).flatMap(({ index, name: own, from }) => {
      if (from?.['kind'] !== 'ImageStreamTag' || typeof own !== 'string' || /[${]/.test(own))
        return [];
      const value = name(subject, own);
      return value === undefined
        ? []
        : replace(subject, ['spec', 'tags', index, 'from', 'name'], value);
    });
}

/** All operators. */
export const OPERATORS: readonly Operator[] = [
  {
    name: 'capitals in the repository',
    rules: ['reference-lowercase'],
    break: onImages('quay.io/acme/App:v1'),
  },
  {
    name: 'a scheme in front',
    rules: ['reference-grammar'],
    break: onImages('https://quay.io/acme/app:v1'),
  },
  {
    name: 'a docker scheme in front',
    rules: ['reference-grammar'],
    break: onImages('docker://quay.io/acme/app'),
  },
  { name: 'a blank behind', rules: ['reference-grammar'], break: onImages('quay.io/acme/app:v1 ') },
  { name: 'two slashes', rules: ['reference-grammar'], break: onImages('quay.io//app:v1') },
  { name: 'an empty tag', rules: ['reference-grammar'], break: onImages('quay.io/acme/app:') },
  { name: 'no image name', rules: ['tag-from-name-required'], break: onImages('') },
  {
    name: 'a name beyond 255',
    rules: ['reference-name-length'],
    break: onImages(`quay.io/${'a'.repeat(260)}`),
  },
  {
    name: 'a digest cut short',
    rules: ['reference-digest'],
    break: onImages(`quay.io/acme/app@sha256:${HEX.slice(0, 40)}`),
  },
  {
    name: 'an unknown algorithm',
    rules: ['reference-digest'],
    break: onImages(`quay.io/acme/app@sha1:${HEX.slice(0, 40)}`),
  },
  {
    name: 'a digest in capitals',
    rules: ['ref-digest-uppercase'],
    break: onImages(`quay.io/acme/app@sha256:${HEX.toUpperCase()}`),
  },
  { name: 'a registry alone', rules: ['ref-registry-only'], break: onImages('my.image:1.0') },
  {
    name: 'capitals in the namespace',
    rules: ['ref-uppercase-namespace'],
    break: onImages('Acme/app:v1'),
  },
  { name: 'an id alone', rules: ['ref-image-id-as-name'], break: onImages(`sha256:${HEX}`) },
  {
    name: 'the internal registry',
    rules: ['ref-internal-registry'],
    break: onImages('172.30.1.1:5000/web/app:v1'),
  },
  { name: 'no registry', rules: ['ref-unqualified'], break: onImages('acme/app:v1') },
  {
    name: 'neither tag nor digest',
    rules: ['ref-implicit-latest'],
    break: onImages('quay.io/acme/app'),
  },
  {
    name: 'tag and digest',
    rules: ['ref-tag-and-digest'],
    break: onImages(`quay.io/acme/app:v1@sha256:${HEX}`),
  },
  { name: 'port 443', rules: ['ref-port-443'], break: onImages('quay.io:443/acme/app:v1') },
  {
    name: 'an alias of the Hub',
    rules: ['ref-hub-alias'],
    break: onImages('index.docker.io/acme/app:v1'),
  },
  { name: 'a kind in lower case', rules: ['tag-from-kind'], break: onFromKinds('dockerImage') },
  { name: 'a kind of another world', rules: ['tag-from-kind'], break: onFromKinds('Deployment') },
  {
    name: 'a key with a capital',
    rules: ['tag-from-kind', 'structure-unknown-field'],
    break: (subject) =>
      tagsOf(subject).flatMap(({ index, from }) =>
        from === undefined ? [] : rename(subject, ['spec', 'tags', index, 'from', 'kind'], 'Kind'),
      ),
  },
  {
    name: 'a namespace for an image',
    rules: ['stream-follow-wrapped'],
    break: (subject) =>
      imagePaths(subject).flatMap((path) => insertBefore(subject, path, 'namespace', 'elsewhere')),
  },
  {
    name: 'a version read as a number',
    rules: ['structure-type'],
    break: onTagNames('3.10', true),
  },
  { name: 'a tag read as a boolean', rules: ['structure-type'], break: onTagNames('true', true) },
  { name: 'an empty tag name', rules: ['tag-name-empty'], break: onTagNames('') },
  { name: 'a colon in a tag name', rules: ['tag-name-syntax'], break: onTagNames('v1:debug') },
  { name: 'a blank in a tag name', rules: ['tag-name-syntax'], break: onTagNames('v 1') },
  {
    name: 'a tag twice',
    rules: ['consistency-duplicate-tag'],
    break: (subject) => {
      const [first, ...others] = tagsOf(subject).filter(({ name }) => typeof name === 'string');
      return others.flatMap(({ index }) =>
        replace(subject, ['spec', 'tags', index, 'name'], first?.name),
      );
    },
  },
  { name: 'capitals in the name', rules: ['meta-name'], break: onName('App') },
  { name: 'two underscores in the name', rules: ['meta-name'], break: onName('my__app') },
  { name: 'a slash in the name', rules: ['meta-name'], break: onName('my/app') },
  { name: 'a name without letters', rules: ['meta-name'], break: onName('-') },
  { name: 'no name', rules: ['meta-name-required'], break: onName('') },
  {
    name: 'a bad namespace',
    rules: ['meta-namespace'],
    break: inMetadata('namespace', 'My_Namespace'),
  },
  {
    name: 'a bad label',
    rules: ['meta-labels'],
    break: inMetadata('labels', { team: 'not a label!' }),
  },
  {
    name: 'a label that is a number',
    rules: ['structure-type'],
    break: inMetadata('labels', { version: 2 }),
  },
  {
    name: 'a bad annotation',
    rules: ['meta-annotations'],
    break: inMetadata('annotations', { 'a b': 'c' }),
  },
  {
    name: 'a finalizer without domain',
    rules: ['meta-finalizer-form'],
    break: inMetadata('finalizers', ['mine']),
  },
  {
    name: 'a negative generation',
    rules: ['meta-generation', 'is-server-metadata'],
    break: inMetadata('generation', -1),
  },
  {
    name: 'a bad reference policy',
    rules: ['tag-reference-policy'],
    break: inTags('referencePolicy', { type: 'local' }),
  },
  {
    name: 'a bad import mode',
    rules: ['import-mode'],
    break: inTags('importPolicy', { importMode: 'legacy' }),
  },
  {
    name: 'a text for a boolean',
    rules: ['structure-type'],
    break: inTags('importPolicy', { insecure: 'yes' }),
  },
  {
    name: 'an insecure import',
    rules: ['import-insecure'],
    break: inTags('importPolicy', { insecure: true }),
  },
  { name: 'a text for a number', rules: ['structure-type'], break: inTags('generation', 'two') },
  {
    name: 'a slip in a key',
    rules: ['structure-unknown-field'],
    break: inTags('importpolicy', { scheduled: true }),
  },
  {
    name: 'a schedule for a followed tag',
    rules: ['tag-scheduled'],
    break: (subject) =>
      tagsOf(subject)
        .filter(({ from, raw }) => from?.['kind'] === 'ImageStreamTag' && !('importPolicy' in raw))
        .flatMap(({ index }) =>
          insertBefore(subject, ['spec', 'tags', index, 'name'], 'importPolicy', {
            scheduled: true,
          }),
        ),
  },
  {
    name: 'a tag that follows itself',
    rules: ['consistency-cycle'],
    break: following((_, own) => own),
  },
  {
    name: 'a tag that follows nothing',
    rules: ['consistency-dangling'],
    break: following(() => 'no-such-tag'),
  },
  {
    name: 'two colons in a followed tag',
    rules: ['stream-follow-wrapped'],
    break: following(() => 'a:b:c'),
  },
  {
    name: 'an at sign in a followed tag',
    rules: ['follow-wrong-separator'],
    break: following(() => 'a@b'),
  },
  {
    name: 'a repository with a tag',
    rules: ['stream-repository-tag'],
    break: (subject) => replace(subject, ['spec', 'dockerImageRepository'], 'quay.io/acme/app:v1'),
  },
  {
    name: 'a repository with a digest',
    rules: ['stream-repository-id'],
    break: (subject) =>
      replace(subject, ['spec', 'dockerImageRepository'], `quay.io/acme/app@sha256:${HEX}`),
  },
  {
    name: 'the version of OpenShift 3',
    rules: ['api-legacy-version'],
    break: (subject) =>
      subject.value['apiVersion'] === 'v1' ? [] : replace(subject, ['apiVersion'], 'v1'),
  },
  {
    name: 'a version that never was',
    rules: ['structure-api-version'],
    break: (subject) => replace(subject, ['apiVersion'], 'image.openshift.io/v2'),
  },
  {
    name: 'a kind in other capitals',
    rules: ['structure-kind'],
    break: (subject) =>
      subject.value['apiVersion'] === undefined ? [] : replace(subject, ['kind'], 'Imagestream'),
  },
  {
    name: 'labels beside the metadata',
    rules: ['structure-unknown-field'],
    break: (subject) =>
      'labels' in subject.value ? [] : insertBefore(subject, ['metadata'], 'labels', { a: 'b' }),
  },
  {
    name: 'a key twice',
    rules: ['duplicate-key'],
    break: (subject) =>
      insertBefore(subject, ['kind'], 'kind', 'ImageStream').map(({ text, line }) => ({
        text,
        line: line + 1,
      })),
  },
  {
    name: 'a text that never ends',
    rules: ['syntax-error'],
    break: (subject) => breakSyntax(subject),
  },
  {
    name: 'a parameter nobody declares',
    rules: ['template-parameter-undeclared'],
    break: (subject) =>
      subject.inTemplate
        ? imagePaths(subject).flatMap((path) =>
            replace(subject, path, 'quay.io/acme/app:${NO_SUCH_PARAMETER}'),
          )
        : [],
  },
  {
    name: 'a parameter for a boolean',
    rules: ['template-parameter-type'],
    break: (subject) =>
      subject.inTemplate
        ? inTags('importPolicy', { scheduled: '${NO_SUCH_PARAMETER}' })(subject)
        : [],
  },
];

/** A colon behind a value makes no YAML and no JSON of it. */
function breakSyntax(subject: Subject): Mutant[] {
  return replace(
    subject,
    ['metadata', 'name'],
    subject.isJson ? '"app" "app"' : 'app: app: app',
    true,
  );
}
