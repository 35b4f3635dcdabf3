import { isStatusError, type Status } from '@imagestream/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBody } from '../decode/decode-body.js';
import type { JsonObject } from '../decode/decoded.js';
import { managedFieldsOf } from './managed-fields.js';
import type { ApplyRequest } from './patch-request.js';
import { applyServerSide } from './server-side-apply.js';
import { keepUnchangedTimes, updateManagedFields } from './update-managed-fields.js';

const gvk = { group: 'image.openshift.io', version: 'v1', kind: 'ImageStream' };
const now = new Date('2024-05-01T00:00:00Z');
const later = new Date('2024-05-02T00:00:00Z');

/** A stream as stored: what tells a stored object from a new one is its uid. */
function stored(body: JsonObject): JsonObject {
  const { metadata, ...rest } = body;
  const bytes = new TextEncoder().encode(
    JSON.stringify({ ...rest, metadata: { name: 'app', uid: 'u', ...(metadata as JsonObject) } }),
  );
  return decodeBody({ bytes, format: 'json', gvk, fieldValidation: 'Ignore' }).object;
}

function apply(
  body: JsonObject,
  options: Partial<ApplyRequest> & { readonly live?: JsonObject | undefined } = {},
): JsonObject {
  const { metadata, ...rest } = body;
  const applied = {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    ...rest,
    metadata: { name: 'app', ...(metadata as JsonObject | undefined) },
  };
  const { object } = applyServerSide({
    bytes: new TextEncoder().encode(JSON.stringify(applied)),
    live: undefined,
    gvk,
    fieldValidation: 'Warn',
    force: false,
    manager: 'one',
    now,
    ...options,
  });
  // The server fills these in on create.
  return { ...object, metadata: { uid: 'u', ...(object['metadata'] as JsonObject) } };
}

function refusal(...parameters: Parameters<typeof apply>): Status {
  try {
    apply(...parameters);
  } catch (error) {
    if (isStatusError(error)) return error.status;
    throw error;
  }
  throw new Error('the apply was accepted');
}

function owners(object: JsonObject): Record<string, unknown> {
  const entries = (managedFieldsOf(object) ?? []) as { manager: string; fieldsV1: unknown }[];
  return Object.fromEntries(entries.map(({ manager, fieldsV1 }) => [manager, fieldsV1]));
}

const from = (name: string): JsonObject => ({ kind: 'DockerImage', name });
const ownsTagA = { 'f:tags': { 'k:{"name":"a"}': { '.': {}, 'f:from': {}, 'f:name': {} } } };

// Evidence: apply-merge, apply-prune, apply-conflict, apply-types, apply-kubectl
describe('server-side apply', () => {
  test('makes an object and owns exactly what was applied', () => {
    const object = apply({
      metadata: { labels: { a: '1' } },
      spec: { tags: [{ name: 'a', from: from('x') }] },
    });
    expect(managedFieldsOf(object)).toEqual([
      {
        manager: 'one',
        operation: 'Apply',
        apiVersion: 'image.openshift.io/v1',
        time: '2024-05-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:metadata': { 'f:labels': { 'f:a': {} } }, 'f:spec': ownsTagA },
      },
    ]);
  });

  test('refuses to change what another manager owns, unless the value is the same or it is forced', () => {
    const live = apply({ metadata: { labels: { a: '1' } } });
    const change = { metadata: { labels: { a: '2' } } };
    expect(refusal(change, { live, manager: 'two' })).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "one": .metadata.labels.a',
      details: {
        causes: [
          {
            reason: 'FieldManagerConflict',
            message: 'conflict with "one"',
            field: '.metadata.labels.a',
          },
        ],
      },
    });
    const shared = apply(
      { metadata: { labels: { a: '1' } } },
      { live, manager: 'two', now: later },
    );
    expect(Object.keys(owners(shared))).toEqual(['two', 'one']);
    expect((managedFieldsOf(shared) as object[])[0]).not.toHaveProperty('time');
    const forced = apply(change, { live: shared, manager: 'two', force: true, now: later });
    expect(owners(forced)).toEqual({ two: { 'f:metadata': { 'f:labels': { 'f:a': {} } } } });
  });

  test('names every conflict with an update by manager, version and subresource', () => {
    const live = updateManagedFields({
      live: undefined,
      object: stored({
        metadata: { labels: { a: '1', b: '1' } },
        spec: { tags: [{ name: 'x', from: from('y') }] },
      }),
      gvk,
      manager: 'kubectl-edit',
      now,
    });
    const body = {
      metadata: { labels: { a: '2' } },
      spec: { tags: [{ name: 'x', from: from('z') }] },
    };
    expect(refusal(body, { live }).message).toBe(
      'Apply failed with 2 conflicts: conflicts with "kubectl-edit" using image.openshift.io/v1:\n- .metadata.labels.a\n- .spec.tags[name="x"].from',
    );
  });

  test('takes away what the manager applies no more and nobody else owns', () => {
    const first = apply({
      metadata: { labels: { a: '1', b: '1' } },
      spec: { tags: [{ name: 'a' }, { name: 'b' }] },
    });
    const shared = apply({ spec: { tags: [{ name: 'b' }] } }, { live: first, manager: 'two' });
    const last = apply({ metadata: { labels: { a: '1' } } }, { live: shared });
    expect(last).toMatchObject({
      metadata: { labels: { a: '1' } },
      spec: { tags: [{ name: 'b' }] },
    });
    expect(last['spec']).toHaveProperty('tags.length', 1);
  });

  test('records an untracked object as made before the first apply', () => {
    const live = stored({ metadata: { labels: { a: '1' } } });
    const object = apply({ metadata: { annotations: { x: 'y' } } }, { live });
    expect(owners(object)).toEqual({
      'before-first-apply': { 'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } } },
      one: { 'f:metadata': { 'f:annotations': { 'f:x': {} } } },
    });
  });

  test.each([
    [
      { spec: { bogus: 1 } },
      'patch object (/app; image.openshift.io/v1, Kind=ImageStream): .spec.bogus: field not declared in schema',
    ],
    [
      { spec: { tags: [{ name: 'a' }, { name: 'a' }] } },
      'patch object (/app; image.openshift.io/v1, Kind=ImageStream): .spec.tags: duplicate entries for key [name="a"]',
    ],
    [
      { spec: { tags: [{ name: 'a', reference: 'yes' }] } },
      'patch object (/app; image.openshift.io/v1, Kind=ImageStream): .spec.tags[name="a"].reference: expected boolean, got &{yes}',
    ],
    [
      { metadata: { labels: { a: 5 } } },
      'patch object (/app; image.openshift.io/v1, Kind=ImageStream): .metadata.labels.a: expected string, got &value.valueUnstructured{Value:5}',
    ],
    [
      { spec: { tags: [null] } },
      'patch object (/app; image.openshift.io/v1, Kind=ImageStream): .spec.tags: element 0: associative list with keys may not have a null element',
    ],
  ])('of a value that does not fit its type, %j, is a 500', (body, words) => {
    const status = refusal(body);
    expect(status).toMatchObject({ code: 500, message: `failed to create typed ${words}` });
    expect(status).not.toHaveProperty('reason');
  });

  test('of a body of another kind, with managedFields or that is no YAML is a 400', () => {
    expect(refusal({ kind: 'ConfigMap', apiVersion: 'v1' }).message).toBe(
      'invalid object type: /v1, Kind=ConfigMap',
    );
    expect(refusal({ metadata: { managedFields: [] } }).message).toBe(
      'metadata.managedFields must be nil',
    );
    expect(refusal({}, { bytes: new TextEncoder().encode('a: [b') }).message).toBe(
      "error decoding YAML: error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'",
    );
  });

  test('of an image with signatures is a 500, because their key is no field of theirs', () => {
    const kind = { ...gvk, kind: 'Image' };
    const body = {
      metadata: { name: 'i', uid: 'u' },
      signatures: [{ metadata: { name: 's' }, type: 't', content: '' }],
    };
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    const live = decodeBody({ bytes, format: 'json', gvk: kind, fieldValidation: 'Warn' }).object;
    expect(refusal({ kind: 'Image', metadata: { name: 'i' } }, { live, gvk: kind }).message).toBe(
      'failed to create manager for existing fields: failed to convert new object (/i; image.openshift.io/v1, Kind=Image) to smd typed: ' +
        '.signatures: element 0: associative list with keys has an element that omits key field "name" (and doesn\'t have default value)',
    );
  });

  test('lets kubectl take over what its client-side apply wrote, and keeps its annotation up', () => {
    const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
    const wrote = {
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStream',
      metadata: { name: 'app', labels: { a: '1' } },
    };
    const live = updateManagedFields({
      live: undefined,
      object: stored({
        metadata: { labels: { a: '1' }, annotations: { [annotation]: JSON.stringify(wrote) } },
      }),
      gvk,
      manager: 'kubectl-client-side-apply',
      now,
    });
    const change = { metadata: { labels: { a: '2' } } };
    expect(refusal(change, { live, manager: 'other' }).code).toBe(409);
    const object = apply(change, { live, manager: 'kubectl' });
    expect(object['metadata']).toHaveProperty(
      ['annotations', annotation],
      `${JSON.stringify({ apiVersion: 'image.openshift.io/v1', kind: 'ImageStream', metadata: { labels: { a: '2' }, name: 'app' } })}\n`,
    );
  });
});

// Evidence: own-update, own-untracked, own-reset, own-cap, own-times
describe('an update', () => {
  const own = (
    live: JsonObject | undefined,
    object: JsonObject,
    manager: string,
    time = now,
  ): JsonObject => updateManagedFields({ live, object, gvk, manager, now: time });

  test('gives the manager what it changed and takes it from the others', () => {
    const first = own(undefined, stored({ metadata: { labels: { a: '1', b: '1' } } }), 'one');
    const second = own(first, stored({ metadata: { labels: { a: '2', b: '1' } } }), 'two', later);
    expect(owners(second)).toEqual({
      one: { 'f:metadata': { 'f:labels': { '.': {}, 'f:b': {} } } },
      two: { 'f:metadata': { 'f:labels': { 'f:a': {} } } },
    });
  });

  test('that only removes leaves the time of the manager as it was', () => {
    const first = own(undefined, stored({ metadata: { labels: { a: '1', b: '1' } } }), 'one');
    const second = own(first, stored({ metadata: { labels: { a: '1' } } }), 'one', later);
    expect(managedFieldsOf(second)).toMatchObject([{ time: '2024-05-01T00:00:00Z' }]);
  });

  test('of an object nobody is recorded for records nobody', () => {
    const live = stored({});
    expect(
      managedFieldsOf(own(live, stored({ metadata: { labels: { a: '1' } } }), 'one')),
    ).toBeUndefined();
  });

  test.each([[[]], [[{}]]])('with managedFields %j forgets everybody', (managedFields) => {
    const live = own(undefined, stored({ metadata: { labels: { a: '1' } } }), 'one');
    const object = stored({ metadata: { labels: { a: '2' }, managedFields } });
    expect(managedFieldsOf(own(live, object, 'two'))).toBeUndefined();
  });

  test('joins the oldest entries when there are more than ten', () => {
    let object = own(undefined, stored({ metadata: { labels: { l0: '' } } }), 'm0');
    for (let i = 1; i <= 12; i++) {
      const labels = Object.fromEntries(Array.from({ length: i + 1 }, (_, l) => [`l${l}`, '']));
      object = own(
        object,
        stored({ metadata: { labels } }),
        `m${i}`,
        new Date(now.getTime() + i * 1000),
      );
    }
    expect(Object.keys(owners(object))).toHaveLength(10);
    expect(owners(object)['ancient-changes']).toEqual({
      'f:metadata': { 'f:labels': { '.': {}, 'f:l0': {}, 'f:l1': {}, 'f:l2': {}, 'f:l3': {} } },
    });
  });

  test('whose only difference are times is none', () => {
    const live = apply({ metadata: { labels: { a: '1' } } });
    const entries = (managedFieldsOf(live) as JsonObject[]).map((entry) => ({
      ...entry,
      time: 'x',
    }));
    const object = {
      ...live,
      metadata: { ...(live['metadata'] as JsonObject), managedFields: entries },
    };
    expect(keepUnchangedTimes(live, object)).toEqual(live);
    const changed = { ...object, spec: {} };
    expect(keepUnchangedTimes(live, changed)).toBe(changed);
  });
});

// Evidence: own-never, own-fields-v1
describe('ownership', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const labels = fc.dictionary(name, fc.constantFrom('1', '2'), { maxKeys: 3 });
  const tags = fc.uniqueArray(
    fc.record(
      {
        name,
        reference: fc.boolean(),
        annotations: labels,
        from: fc.constantFrom(from('x'), from('y')),
      },
      { requiredKeys: ['name'] },
    ),
    { selector: (tag) => tag.name, maxLength: 3 },
  );
  const body = fc.record(
    {
      metadata: fc.record(
        { labels, finalizers: fc.uniqueArray(fc.constantFrom('x.test/a', 'x.test/b')) },
        { requiredKeys: [] },
      ),
      spec: fc.record(
        { tags, lookupPolicy: fc.record({ local: fc.boolean() }) },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  );

  test('of an apply does not change when it is applied again', () => {
    fc.assert(
      fc.property(body, body, fc.boolean(), (others, applied, exists) => {
        const live = exists
          ? updateManagedFields({
              live: undefined,
              object: stored(others),
              gvk,
              manager: 'other',
              now,
            })
          : undefined;
        const once = apply(applied, { live, force: true });
        expect(apply(applied, { live: once, now: later })).toEqual(once);
      }),
    );
  });

  test('never holds a field the server owns', () => {
    const never =
      /"f:(?:apiVersion|kind|name|namespace|uid|resourceVersion|generation|creationTimestamp|managedFields)":/;
    fc.assert(
      fc.property(body, body, (before, after) => {
        const server = {
          uid: 'u',
          resourceVersion: '5',
          generation: 3,
          creationTimestamp: '2024-01-01T00:00:00Z',
        };
        const live = updateManagedFields({
          live: undefined,
          object: stored(before),
          gvk,
          manager: 'one',
          now,
        });
        const next = stored({ ...after, metadata: { ...(after.metadata ?? {}), ...server } });
        const object = apply(after, {
          live: updateManagedFields({ live, object: next, gvk, manager: 'two', now: later }),
          force: true,
        });
        for (const set of Object.values(owners(object))) {
          expect(JSON.stringify((set as JsonObject)['f:metadata'] ?? {})).not.toMatch(never);
          expect(Object.keys(set as JsonObject)).not.toContain('f:kind');
        }
      }),
    );
  });

  test('after an apply covers every field that was applied, and what is there is what was applied', () => {
    fc.assert(
      fc.property(body, body, (before, applied) => {
        const live = updateManagedFields({
          live: undefined,
          object: stored(before),
          gvk,
          manager: 'other',
          now,
        });
        const object = apply(applied, { live, force: true });
        expect((object['metadata'] as JsonObject)['labels'] ?? {}).toMatchObject(
          applied.metadata?.labels ?? {},
        );
        const found = (object['spec'] as { tags?: JsonObject[] }).tags ?? [];
        for (const { annotations: _annotations, reference, ...tag } of applied.spec?.tags ?? []) {
          const same = found.find((other) => other['name'] === tag.name);
          expect(same).toMatchObject(tag);
          expect(same?.['reference'] ?? false).toBe(reference ?? same?.['reference'] ?? false);
        }
      }),
    );
  });
});
