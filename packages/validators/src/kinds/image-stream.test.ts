import { formatFieldError } from '@imagestream/core';
import { normalizeImageStream } from '@imagestream/image-v1';
import { describe, expect, it } from 'vitest';
import type { ValidationContext } from '../context.js';
import { validate } from '../validate.js';

const REGISTRIES = { allowedRegistries: [{ domainName: 'good.test' }], internalRegistry: '' };
const REFUSED = 'not allowed by whitelist: "good.test:443"';
const DIGEST = `sha256:${'a'.repeat(64)}`;

function stream(parts: object, metadata: object = {}): object {
  return {
    kind: 'ImageStream',
    metadata: { name: 'app', namespace: 'web', resourceVersion: '5', ...metadata },
    ...parts,
  };
}

function withTag(tag: object, metadata: object = {}): object {
  return stream({ spec: { tags: [{ name: 'v1', ...tag }] } }, metadata);
}

function withEvents(...pullSpecs: string[]): object {
  const items = pullSpecs.map((dockerImageReference) => ({
    created: null,
    dockerImageReference,
    image: '',
    generation: 1,
  }));
  return { status: { tags: [{ tag: 'v1', items }] } };
}

function messages(object: object, context: ValidationContext = {}): string[] {
  return validate(object, { operation: 'create', ...context }).map(formatFieldError);
}

function docker(name: string): object {
  return { kind: 'DockerImage', name };
}

describe('a spec tag', () => {
  // Evidence: tag-from-name-required
  // Evidence: tag-from-kind
  // Evidence: tag-scheduled
  // Evidence: tag-reference-policy
  // Evidence: import-mode
  // Evidence: reference-digest
  it.each<[object, string[]]>([
    [{}, []],
    [{ generation: -1, annotations: { 'any key!': 'x' } }, []],
    [{ importPolicy: { scheduled: true } }, []],
    [{ from: docker(`a/b@${DIGEST}`), importPolicy: { scheduled: true } }, []],
    [{ from: docker('quay.io') }, []],
    [{ from: docker('my.image:1.0') }, []],
    [{ from: { kind: 'ImageStreamTag', name: 'any thing' } }, []],
    [{ from: { kind: 'ImageStreamTag', name: '' } }, ['spec.tags[v1].from.name: Required value']],
    [
      { from: docker('') },
      [
        '[]: Internal error: imagestreams "app" is invalid: spec.tags[v1].from.name: Invalid value: "": must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>',
        'spec.tags[v1].from.name: Required value',
      ],
    ],
    [
      { from: { kind: 'dockerimage', name: 'x' } },
      [
        '[]: Internal error: imagestreams "app" is invalid: spec.tags[v1].from.name: Invalid value: "x": must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>',
        "spec.tags[v1].from.kind: Required value: valid values are 'DockerImage', 'ImageStreamImage', 'ImageStreamTag'",
      ],
    ],
    [
      { from: { kind: 'ImageStreamTag', name: 'v2' }, importPolicy: { scheduled: true } },
      [
        'spec.tags[v1].importPolicy.scheduled: Invalid value: true: only tags pointing to Docker repositories may be scheduled for background import',
      ],
    ],
    [
      { referencePolicy: { type: 'SOURCE' }, importPolicy: { importMode: 'x' } },
      [
        'spec.tags[v1].referencePolicy.type: Invalid value: "SOURCE": valid values are "Source", "Local"',
        "spec.tags[v1].importPolicy.importMode: Invalid value: \"x\": invalid import mode, valid modes are '', 'Legacy', 'PreserveOriginal'",
      ],
    ],
    [
      { from: docker('a@sha256:' + '0'.repeat(32)) },
      [
        `spec.tags[v1].from.name: Invalid value: "a@sha256:${'0'.repeat(32)}": invalid checksum digest length`,
      ],
    ],
  ])('like %j is judged', (tag, expected) => {
    expect(messages(withTag(tag))).toEqual(expected);
  });

  it('is named by its name, whatever that is', () => {
    const tag = { name: 'a b/c', referencePolicy: { type: 'x' } };
    expect(messages(stream({ spec: { tags: [tag] } }))).toEqual([
      'spec.tags[a b/c].referencePolicy.type: Invalid value: "x": valid values are "Source", "Local"',
    ]);
  });

  it('that is a mere reference shows its error in the history, too', () => {
    expect(messages(withTag({ from: docker('Bad'), reference: true }))).toEqual([
      'spec.tags[v1].from.name: Invalid value: "Bad": repository name must be lowercase',
      'status.tags[v1].items[0].dockerImageReference: Invalid value: "Bad": repository name must be lowercase',
    ]);
  });

  // Evidence: tag-registry-allowed
  // Evidence: insecure-annotation
  it('comes from an allowed registry, by a transport that its policy or the annotation decides', () => {
    const evil = withTag({ from: docker('evil.test/x') });
    expect(messages(evil, REGISTRIES)).toEqual([
      `spec.tags[v1].from.name: Forbidden: registry "evil.test" ${REFUSED}`,
    ]);
    const odd = { from: docker('good.test/x') };
    const insecure = {
      ...REGISTRIES,
      allowedRegistries: [{ domainName: 'good.test', insecure: true }],
    };
    expect(messages(withTag(odd), insecure)).toHaveLength(1);
    expect(messages(withTag({ ...odd, importPolicy: { insecure: true } }), insecure)).toEqual([]);
    const key = 'openshift.io/image.insecureRepository';
    expect(messages(withTag(odd, { annotations: { [key]: 'true' } }), insecure)).toEqual([]);
    expect(messages(withTag(odd, { annotations: { [key]: 'True' } }), insecure)).toHaveLength(1);
  });
});

describe('an image stream', () => {
  // Evidence: stream-name-length
  it('has a full name of at most 255 bytes', () => {
    const name = 'a'.repeat(251);
    expect(messages(stream({}, { name }))).toEqual([]);
    expect(messages(stream({}, { name: `${name}a` }))).toEqual([
      `metadata.name: Invalid value: "${name}a": 'namespace/name' cannot be longer than 255 characters`,
    ]);
  });

  // Evidence: stream-repository-tag
  // Evidence: stream-repository-id
  // Evidence: stream-repository-registry
  it.each([
    ['good.test/a', []],
    ['quay.io:latest', [`Forbidden: registry "quay.io:latest" ${REFUSED}`]],
    ['Bad', ['Invalid value: "Bad": repository name must be lowercase']],
    ['evil.test/a', [`Forbidden: registry "evil.test" ${REFUSED}`]],
    [
      `evil.test/a:1@${DIGEST}`,
      [
        `Invalid value: "evil.test/a:1@${DIGEST}": the repository name may not contain a tag`,
        `Invalid value: "evil.test/a:1@${DIGEST}": the repository name may not contain an ID`,
      ],
    ],
  ])('with repository %s is judged', (dockerImageRepository, bodies) => {
    expect(messages(stream({ spec: { dockerImageRepository } }), REGISTRIES)).toEqual(
      bodies.map((body) => `spec.dockerImageRepository: ${body}`),
    );
  });

  it('with a tag in the namespace of another one of a DockerImage is refused', () => {
    const tag = { from: { ...docker('a/b'), namespace: 'shop' } };
    expect(messages(withTag(tag))).toEqual([
      '[]: Internal error: imagestreams "app" is invalid: spec.tags[v1].from.name: Invalid value: "a/b": must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>',
    ]);
  });

  // Evidence: stream-event-reference-required
  // Evidence: stream-event-registry
  it('as it stands has pull specs of allowed registries in its history', () => {
    const object = stream(withEvents('', 'Bad', 'evil.test/x', 'good.test/x'));
    expect(messages(object, { ...REGISTRIES, operation: 'object' })).toEqual([
      'status.tags[v1].items[0].dockerImageReference: Required value',
      'status.tags[v1].items[1].dockerImageReference: Invalid value: "Bad": repository name must be lowercase',
      `status.tags[v1].items[2].dockerImageReference: Forbidden: registry "evil.test" ${REFUSED}`,
    ]);
  });

  // Evidence: stream-limits-wrapped
  it('beyond its limits is refused, unless its tags cannot be followed anyway', () => {
    const limits = { imageTags: 0 };
    expect(messages(withTag({ from: docker('a/b') }), { limits })).toEqual([
      '[]: Internal error: ImageStream.image.openshift.io "app" is forbidden: requested usage of openshift.io/image-tags exceeds the maximum limit per openshift.io/ImageStream (1 > 0)',
    ]);
    const bad = { name: 'v2', from: { kind: 'ImageStreamTag', name: 'a:b:c' } };
    const object = stream({ spec: { tags: [{ name: 'v1', from: docker('a/b') }, bad] } });
    expect(messages(object, { limits })).toEqual([
      '[]: Internal error: imagestreams "app" is invalid: spec.tags[v2].from.name: Invalid value: "a:b:c": must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>',
    ]);
  });
});

describe('a create', () => {
  // Evidence: meta-create-reset
  it('does not look at what the server resets', () => {
    const metadata = {
      uid: 'u',
      deletionTimestamp: '2024-01-01T00:00:00Z',
      generation: -1,
      managedFields: [{}],
    };
    expect(messages(stream(withEvents('Bad'), metadata))).toEqual([]);
  });

  // Evidence: meta-generated-name
  it('judges the name that a prefix would lead to', () => {
    const generated = (generateName: string): string[] =>
      messages({ kind: 'ImageStream', metadata: { generateName, namespace: 'web' } });
    expect(generated('web')).toEqual([]);
    expect(generated('Web')).toEqual([
      'metadata.generateName: Invalid value: "Web": must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"',
      'metadata.name: Invalid value: "Webxxxxx": must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"',
    ]);
  });
});

describe('an update', () => {
  const oldObject = stream(
    {
      spec: { tags: [{ name: 'v1', from: docker('evil.test/x:1') }] },
      ...withEvents('evil.test/y:1'),
    },
    { uid: 'u', generation: 3, creationTimestamp: '2024-01-01T00:00:00Z' },
  );

  // Evidence: meta-update-reset
  it('fills in what the server fills in', () => {
    const object = stream(
      {},
      { generation: 1, creationTimestamp: '2020-01-01T00:00:00Z', managedFields: [{}] },
    );
    expect(messages(object, { operation: 'update', oldObject })).toEqual([]);
  });

  it('without resource version ends there', () => {
    for (const resourceVersion of ['', '0']) {
      expect(
        messages(stream({}, { name: 'Bad', resourceVersion }), { operation: 'update', oldObject }),
      ).toEqual(['metadata.resourceVersion: Invalid value: 0: must be specified for an update']);
    }
  });

  it('may use the repositories the stored stream uses, and no others', () => {
    const update = { ...REGISTRIES, operation: 'update' as const, oldObject };
    expect(messages(withTag({ from: docker('evil.test/x:2') }), update)).toEqual([]);
    expect(messages(withTag({ from: docker('evil.test/y') }), update)).toEqual([]);
    expect(messages(withTag({ from: docker('evil.test/z') }), update)).toHaveLength(1);
  });

  it('may bring in by following what it could not name', () => {
    const tag = { from: { kind: 'ImageStreamTag', name: 'base:v1' } };
    const base = stream(withEvents('evil.test/base:1'), { name: 'base' });
    const update = {
      ...REGISTRIES,
      operation: 'update' as const,
      oldObject: stream({}),
      findStream: () => ({ type: 'found' as const, stream: normalizeImageStream(base) }),
    };
    expect(messages(withTag(tag), update)).toEqual([]);
    expect(messages(withTag(tag), { ...update, operation: 'create' })).toHaveLength(1);
  });

  it('is blocked by a stored tag that is invalid and stays', () => {
    const invalid = withTag({ referencePolicy: { type: 'x' } });
    expect(messages(invalid, { operation: 'update', oldObject: invalid })).toHaveLength(1);
  });
});

describe('a status update', () => {
  const oldObject = stream(withEvents('Old', 'good.test/x'), { uid: 'u' });
  const update = { ...REGISTRIES, operation: 'statusUpdate' as const, oldObject };

  // Evidence: stream-status-reference
  // Evidence: stream-status-registry
  // Evidence: reference-empty
  it('judges only pull specs that are new, at every place', () => {
    const object = stream(withEvents('Old', 'New', 'New', '', 'evil.test/x'));
    expect(messages(object, update)).toEqual([
      'status.tags[v1].items[1].dockerImageReference: Invalid value: "New": repository name must be lowercase',
      'status.tags[v1].items[2].dockerImageReference: Invalid value: "New": repository name must be lowercase',
      'status.tags[v1].items[3].dockerImageReference: Invalid value: "": repository name must have at least one component',
      `status.tags[v1].items[4].dockerImageReference: Forbidden: registry "evil.test" ${REFUSED}`,
    ]);
  });

  it('does not look at the spec of the body, nor at the length of the name', () => {
    const object = {
      ...stream({ spec: { tags: [{ name: 'v1', from: { kind: 'x' } }] } }),
      status: {},
    };
    expect(messages(object, update)).toEqual([]);
  });

  // Evidence: stream-status-limits
  it('stays within the limits', () => {
    const items = [{ dockerImageReference: 'good.test/x', image: DIGEST, generation: 1 }];
    const object = stream({ status: { tags: [{ tag: 'v1', items }] } });
    expect(messages(object, { ...update, limits: { images: 0 } })).toEqual([
      'imageStream: Forbidden: ImageStream.image.openshift.io "app" is forbidden: requested usage of openshift.io/images exceeds the maximum limit per openshift.io/ImageStream (1 > 0)',
    ]);
  });
});
