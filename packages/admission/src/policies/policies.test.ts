import type { AdmissionRequest, KubeObject, Verdict } from '@imagestream/core';
import { formatFieldError } from '@imagestream/core';
import { describe, expect, test } from 'vitest';
import type { Policy } from '../policy.js';
import { makeRequest, makeStream } from '../review.test-support.js';
import { runPolicies } from '../run-policies.js';
import {
  allowedRegistries,
  defaultImportMode,
  defaultLabels,
  defaultReferencePolicy,
  forbidCrossNamespaceSources,
  forbidInsecureImports,
  fromLintRules,
  lookupPolicy,
  maximumTags,
  namePatterns,
  pinnedLatest,
  requireDigest,
  requiredMetadata,
  scheduledImports,
  stripServerFields,
  validateObjects,
} from './index.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;

async function run(policy: Policy, request: AdmissionRequest): Promise<Verdict> {
  return (await runPolicies([policy], request, new AbortController().signal)).verdict;
}

/** What a policy says about a new stream: the messages of its denial, or nothing. */
async function denials(
  policy: Policy,
  object: KubeObject,
  changes: Partial<AdmissionRequest> = {},
): Promise<string[]> {
  const verdict = await run(policy, makeRequest({ object, ...changes }));
  return verdict.type === 'deny' ? verdict.errors.map(formatFieldError) : [];
}

function tag(name: string, image: string, rest: object = {}): object {
  return { name, from: { kind: 'DockerImage', name: image }, ...rest };
}

function update(object: KubeObject, oldObject: KubeObject): Partial<AdmissionRequest> {
  return { operation: 'UPDATE', object, oldObject };
}

const resource = (name: string): Partial<AdmissionRequest> => ({
  resource: { group: 'image.openshift.io', version: 'v1', resource: name },
});

describe('allowed-registries', () => {
  const policy = allowedRegistries({ registries: ['quay.io', '*.example.com:5000'] });

  test.each([
    ['quay.io/a/b:1', true],
    ['eu.example.com:5000/a', true],
    ['example.com:5000/a', false],
    ['docker.io/a/b', false],
    ['nginx', false],
    ['quay.io.evil.test/a', false],
  ])('%s: %j', async (image, isAllowed) => {
    expect(await denials(policy, makeStream({ tags: [tag('v1', image)] }))).toHaveLength(
      isAllowed ? 0 : 1,
    );
  });

  test('docker.io covers pull specs without a registry', async () => {
    const hub = allowedRegistries({ registries: ['docker.io'] });
    expect(await denials(hub, makeStream({ tags: [tag('v1', 'nginx')] }))).toEqual([]);
  });

  test('every way to write a tag is judged', async () => {
    const from = { kind: 'DockerImage', name: 'evil.test/a' };
    const base = {
      apiVersion: 'image.openshift.io/v1',
      metadata: { name: 'app:v1', namespace: 'web' },
    };
    const ways: [string, KubeObject, string][] = [
      [
        'imagestreamtags',
        { ...base, kind: 'ImageStreamTag', tag: { from } } as KubeObject,
        'tag.from',
      ],
      ['imagetags', { ...base, kind: 'ImageTag', spec: { from } } as KubeObject, 'spec.from'],
      [
        'imagestreamimports',
        { ...base, kind: 'ImageStreamImport', spec: { images: [{ from }] } } as KubeObject,
        'spec.images[0].from',
      ],
      [
        'imagestreamimports',
        { ...base, kind: 'ImageStreamImport', spec: { repository: { from } } } as KubeObject,
        'spec.repository.from',
      ],
      [
        'imagestreammappings',
        {
          ...base,
          kind: 'ImageStreamMapping',
          tag: 'v1',
          image: { dockerImageReference: 'evil.test/a' },
        } as KubeObject,
        'image.dockerImageReference',
      ],
      [
        'imagestreams',
        makeStream({ dockerImageRepository: 'evil.test/a' }),
        'spec.dockerImageRepository',
      ],
    ];
    for (const [name, object, field] of ways) {
      expect(await denials(policy, object, resource(name))).toEqual([
        `${field}: Forbidden: images from evil.test are not allowed here; use one of quay.io, *.example.com:5000`,
      ]);
    }
  });

  test('what was there before does not stop an update', async () => {
    const old = makeStream({ tags: [tag('v1', 'evil.test/a')] });
    const labelled = makeStream({ tags: [tag('v1', 'evil.test/a')] }, { labels: { a: 'b' } });
    const more = makeStream({ tags: [tag('v1', 'evil.test/a'), tag('v2', 'evil.test/b')] });
    expect(await denials(policy, labelled, update(labelled, old))).toEqual([]);
    expect(await denials(policy, more, update(more, old))).toHaveLength(1);
  });
});

describe('single rules', () => {
  const cases: [string, Policy, object, string[]][] = [
    ['digest given', requireDigest(), { tags: [tag('v1', `quay.io/a/b@${DIGEST}`)] }, []],
    [
      'digest missing',
      requireDigest(),
      { tags: [tag('v1', 'quay.io/a/b:1')] },
      [
        'spec.tags[v1].from.name: Invalid value: "quay.io/a/b:1": must name the image by digest; write repository@sha256:…',
      ],
    ],
    [
      'scheduled may name a tag',
      requireDigest({ allowScheduled: true }),
      { tags: [tag('v1', 'quay.io/a/b:1', { importPolicy: { scheduled: true } })] },
      [],
    ],
    [
      'insecure',
      forbidInsecureImports(),
      { tags: [tag('v1', 'a/b', { importPolicy: { insecure: true } })] },
      [
        'spec.tags[v1].importPolicy.insecure: Forbidden: insecure imports are not allowed; give the registry a certificate the cluster trusts',
      ],
    ],
    [
      'schedule required',
      scheduledImports({ mode: 'require' }),
      {
        tags: [tag('v1', 'a/b'), tag('v2', `a/b@${DIGEST}`), tag('v3', 'a/b', { reference: true })],
      },
      [
        'spec.tags[v1].importPolicy.scheduled: Required value: tags from registries must be imported on a schedule; set it to true',
      ],
    ],
    [
      'schedule forbidden',
      scheduledImports({ mode: 'forbid' }),
      { tags: [tag('v1', 'a/b', { importPolicy: { scheduled: true } })] },
      [
        'spec.tags[v1].importPolicy.scheduled: Forbidden: scheduled imports are not allowed; import when something changed',
      ],
    ],
    [
      'other namespace',
      forbidCrossNamespaceSources({ allowedNamespaces: ['openshift', 'base-*'] }),
      {
        tags: ['openshift', 'base-images', 'web', 'other'].map((namespace) => ({
          name: namespace,
          from: { kind: 'ImageStreamTag', name: 'a:b', namespace },
        })),
      },
      [
        'spec.tags[other].from.namespace: Forbidden: images of namespace other may not be used here; allowed are openshift, base-*',
      ],
    ],
    [
      'latest not pinned',
      pinnedLatest(),
      { tags: [tag('latest', 'a/b'), tag('v1', 'a/b')] },
      [
        'spec.tags[latest].from.name: Forbidden: the tag latest must be pinned: name a version, a digest, or follow another tag',
      ],
    ],
    ['latest pinned', pinnedLatest(), { tags: [tag('latest', 'host:5000/a/b:1.2')] }, []],
    [
      'label missing',
      requiredMetadata({ labels: { team: '[a-z]+' } }),
      {},
      [
        'metadata.labels[team]: Required value: image streams must carry it, with a value that matches [a-z]+',
      ],
    ],
    [
      'too many tags',
      maximumTags({ maxTags: 1 }),
      { tags: [tag('a', 'b'), tag('c', 'd')] },
      ['spec.tags: Too many: 2: must have at most 1 items'],
    ],
    [
      'name pattern',
      namePatterns({ streams: 'team-.*', tags: 'v\\d+' }),
      { tags: [tag('v1', 'a'), tag('next', 'a')] },
      [
        'metadata.name: Invalid value: "app": must match team-.*',
        'spec.tags[next]: Invalid value: "next": must match v\\d+',
      ],
    ],
    [
      'lookup required',
      lookupPolicy({ mode: 'require' }),
      {},
      [
        'spec.lookupPolicy.local: Required value: image streams must be usable by name; set it to true',
      ],
    ],
    [
      'lookup not forbidden',
      lookupPolicy({ mode: 'forbid' }),
      { lookupPolicy: { local: false } },
      [],
    ],
  ];

  test.each(cases)('%s', async (_, policy, spec, expected) => {
    expect(await denials(policy, makeStream(spec))).toEqual(expected);
  });

  test.each(cases)(
    '%s: no policy falls over what users can send instead of a spec',
    async (_, policy) => {
      const odd = [
        null,
        3,
        [],
        { tags: null },
        { tags: [null, 1, { name: 4, from: [] }] },
        { tags: { a: 1 }, lookupPolicy: [] },
      ];
      for (const spec of odd) {
        const verdict = await run(policy, makeRequest({ object: { ...makeStream(), spec } }));
        expect(['allow', 'deny']).toContain(verdict.type);
      }
    },
  );
});

describe('validate-objects', () => {
  const broken = makeStream({ tags: [tag('v1', 'quay.io/acme/App')] });

  test('denies with the server’s own words', async () => {
    const [message] = await denials(validateObjects(), broken);
    expect(message).toBe(
      'spec.tags[v1].from.name: Invalid value: "quay.io/acme/App": repository name must be lowercase',
    );
  });

  test('warns for single rules, and lets the rest deny', async () => {
    const verdict = await run(validateObjects(), makeRequest({ object: broken }));
    const rule = verdict.type === 'deny' ? (verdict.errors[0]?.rule ?? '') : '';
    const warned = await run(
      validateObjects({ rules: { [rule]: 'warn' } }),
      makeRequest({ object: broken }),
    );
    expect(warned).toMatchObject({
      type: 'allow',
      warnings: [expect.stringContaining('must be lowercase')],
    });
    expect(
      await run(validateObjects({ rules: { [rule]: 'ignore' } }), makeRequest({ object: broken })),
    ).toEqual({
      type: 'allow',
      warnings: [],
    });
  });

  test('keeps to its namespaces', async () => {
    const policy = validateObjects({ excludeNamespaces: ['w*'] });
    expect(await denials(policy, broken)).toEqual([]);
    expect(await denials(validateObjects({ namespaces: ['web'] }), broken)).toHaveLength(1);
  });
});

describe('fromLintRules', () => {
  test('errors deny, warnings warn, and infos stay away', async () => {
    const findings = (['error', 'warning', 'info'] as const).map((severity) => ({
      rule: `r-${severity}`,
      severity,
      message: 'm',
      field: 'spec',
    }));
    const verdict = await run(fromLintRules({ lint: () => ({ findings }) }), makeRequest());
    expect(verdict).toMatchObject({
      type: 'deny',
      errors: [{ field: 'spec', detail: 'm', rule: 'r-error' }],
      warnings: ['spec: m (r-warning)'],
    });
  });
});

describe('mutations', () => {
  const old = makeStream({
    tags: [{ ...tag('v1', 'a'), referencePolicy: { type: 'Source' }, generation: 3 }],
  });
  const both = makeStream({
    tags: [
      { ...tag('v1', 'a'), referencePolicy: { type: 'Source' }, generation: 3 },
      { ...tag('v2', 'a'), referencePolicy: { type: 'Source' }, importPolicy: {} },
    ],
  });
  const policies = [
    defaultReferencePolicy({ type: 'Local' }),
    defaultImportMode({ importMode: 'PreserveOriginal' }),
    defaultLabels({ labels: { team: 'web' } }),
    stripServerFields(),
  ];

  async function mutate(request: AdmissionRequest): Promise<unknown> {
    const { verdict } = await runPolicies(policies, request, new AbortController().signal);
    return verdict.type === 'patch' ? verdict.object : request.object;
  }

  test('fill what a new stream leaves open, and strip what is the server’s', async () => {
    const result = await mutate(makeRequest({ object: { ...old, status: { tags: [] } } }));
    expect(result).toEqual(
      makeStream(
        {
          tags: [
            {
              ...tag('v1', 'a'),
              referencePolicy: { type: 'Local' },
              importPolicy: { importMode: 'PreserveOriginal' },
            },
          ],
        },
        { labels: { team: 'web' } },
      ),
    );
  });

  test('leave tags alone that were there before', async () => {
    const result = (await mutate(makeRequest(update(both, old)))) as { spec: { tags: unknown[] } };
    expect(result.spec.tags).toEqual([
      { ...tag('v1', 'a'), referencePolicy: { type: 'Source' }, generation: 3 },
      {
        ...tag('v2', 'a'),
        referencePolicy: { type: 'Local' },
        importPolicy: { importMode: 'PreserveOriginal' },
      },
    ]);
  });

  test('change nothing when they are asked a second time', async () => {
    for (const request of [makeRequest({ object: old }), makeRequest(update(both, old))]) {
      const once = await mutate(request);
      const twice = await mutate({ ...request, object: once });
      expect(twice).toEqual(once);
    }
  });
});

test.each([
  [() => allowedRegistries({ registries: [] }), 'at least one registry'],
  [() => maximumTags({ maxTags: 0 }), 'at least 1'],
  [() => namePatterns({ streams: '(' }), 'no regular expression'],
  [() => requiredMetadata({}), 'at least one'],
  [() => defaultLabels({ labels: { '-': 'x' } }), 'default-labels'],
  [() => validateObjects({ namespaces: ['a*b'] }), 'has a * before its end'],
  [() => validateObjects({ name: 'No Name' }), 'kebab case'],
])('a policy that is set up wrongly says so', (make, problem) => {
  expect(make).toThrow(problem);
});
