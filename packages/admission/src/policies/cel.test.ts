import { Environment } from '@marcbachmann/cel-js';
import type { AdmissionRequest, KubeObject } from '@imagestream/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Policy } from '../policy.js';
import { makeRequest } from '../review.test-support.js';
import { runPolicies } from '../run-policies.js';
import {
  forbidCrossNamespaceSources,
  forbidInsecureImports,
  lookupPolicy,
  maximumTags,
  namePatterns,
  requireDigest,
  requiredMetadata,
  scheduledImports,
} from './index.js';

/** Every policy that says its rule in CEL as well. */
const POLICIES: readonly Policy[] = [
  forbidCrossNamespaceSources({ allowedNamespaces: ['openshift', "o'x", 'ci-*'] }),
  forbidInsecureImports(),
  lookupPolicy({ mode: 'require' }),
  lookupPolicy({ mode: 'forbid' }),
  maximumTags({ maxTags: 2 }),
  namePatterns({ streams: 'a[p]+', tags: String.raw`v\d+` }),
  requireDigest(),
  requireDigest({ allowScheduled: true, name: 'require-digest-or-schedule' }),
  requiredMetadata({ labels: { team: 'a|b' }, annotations: { 'x.y/o': ".*'.*" } }),
  scheduledImports({ mode: 'require' }),
  scheduledImports({ mode: 'forbid' }),
];

const DIGEST = `sha256:${'a'.repeat(64)}`;

const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });

const from = fc.oneof(
  fc.record({
    kind: fc.constant('DockerImage'),
    name: fc.constantFrom('quay.io/a/b:1', `quay.io/a/b@${DIGEST}`, 'nginx'),
  }),
  fc.record({
    kind: fc.constantFrom('ImageStreamTag', 'ImageStreamImage'),
    name: fc.constantFrom('app:v1', `app@${DIGEST}`),
    namespace: optional(fc.constantFrom('web', 'other', 'openshift', 'ci-1', "o'x")),
  }),
);

/** Set or left out: an API server shows no `false`. */
const flag = optional(fc.constant(true));

/** A tag as an API server shows it: structs that are no pointers are always there. */
const entry = fc.record({
  name: fc.constantFrom('v1', 'v2', 'latest'),
  from: optional(from),
  reference: flag,
  importPolicy: fc.record({ insecure: flag, scheduled: flag }),
  referencePolicy: fc.constant({ type: 'Source' }),
});

const metadata = fc.record({
  labels: optional(fc.constantFrom({ team: 'a' }, { team: 'aa' }, { other: 'a' })),
  annotations: optional(
    fc.constantFrom(
      { 'x.y/o': "it's" },
      { 'openshift.io/image.insecureRepository': 'true' },
      { 'openshift.io/image.insecureRepository': 'false', 'x.y/o': '' },
    ),
  ),
});

function clean(value: unknown): KubeObject {
  return JSON.parse(JSON.stringify(value)) as KubeObject; // Without what is undefined, as on the wire.
}

const stream = fc
  .record({
    metadata,
    name: fc.constantFrom('app', 'web'),
    tags: optional(fc.uniqueArray(entry, { maxLength: 4, selector: ({ name }) => name })),
    dockerImageRepository: optional(fc.constantFrom('quay.io/a/b', '')),
    lookupPolicy: fc.record({ local: fc.boolean() }),
  })
  .map(({ metadata: given, name, ...spec }) =>
    clean({
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStream',
      metadata: { ...given, name, namespace: 'web' },
      spec,
    }),
  );

const tagObject = (kind: 'ImageStreamTag' | 'ImageTag'): fc.Arbitrary<KubeObject> =>
  fc.option(entry).map((given) =>
    clean({
      apiVersion: 'image.openshift.io/v1',
      kind,
      metadata: { name: 'app:v1', namespace: 'web' },
      [kind === 'ImageTag' ? 'spec' : 'tag']: given === null ? null : { ...given, name: 'v1' },
    }),
  );

const imported = fc
  .record({
    images: optional(
      fc.array(
        entry.filter((given) => given.from !== undefined),
        { maxLength: 2 },
      ),
    ),
    repository: optional(entry.filter((given) => given.from !== undefined)),
  })
  .map((spec) =>
    clean({
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStreamImport',
      metadata: { name: 'app', namespace: 'web' },
      spec,
    }),
  );

const OBJECTS: Readonly<Record<string, fc.Arbitrary<KubeObject>>> = {
  imagestreams: stream,
  imagestreamtags: tagObject('ImageStreamTag'),
  imagetags: tagObject('ImageTag'),
  imagestreamimports: imported,
};

function requestFor(
  resource: string,
  [object, before]: readonly [KubeObject, KubeObject | null],
): AdmissionRequest {
  const named =
    before === null
      ? null
      : { ...before, metadata: { ...before.metadata, name: object.metadata.name ?? '' } };
  return makeRequest({
    resource: { group: 'image.openshift.io', version: 'v1', resource },
    operation: named === null ? 'CREATE' : 'UPDATE',
    object,
    oldObject: named,
  });
}

const environment = new Environment({ unlistedVariablesAreDyn: true });

function holdsInCel({ cel = [] }: Policy, request: AdmissionRequest): boolean {
  return cel
    .filter(({ resources }) => resources.includes(request.resource.resource))
    .every(
      ({ expression }) =>
        environment.evaluate(expression, {
          object: request.object,
          oldObject: request.oldObject,
          request,
        }) === true,
    );
}

describe.each(POLICIES)('the CEL of $name', (policy) => {
  const covered = new Set((policy.cel ?? []).flatMap(({ resources }) => resources));

  test.each([...covered])('decides as the policy does, on %s', async (resource) => {
    const object = OBJECTS[resource] ?? stream;
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(object, resource === 'imagestreamimports' ? fc.constant(null) : fc.option(object)),
        async (objects) => {
          const request = requestFor(resource, objects);
          const { verdict } = await runPolicies([policy], request, new AbortController().signal);
          expect(holdsInCel(policy, request)).toBe(verdict.type === 'allow');
        },
      ),
      { numRuns: 150 },
    );
  });
});
