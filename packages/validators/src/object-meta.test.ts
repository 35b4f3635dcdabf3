import { FieldPath, formatFieldError, type ObjectMeta } from '@imagestream/core';
import { describe, expect, it } from 'vitest';
import { imageStreamName, pathSegmentName } from './name-rules.js';
import {
  type ObjectMetaOptions,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './object-meta.js';

const PATH = FieldPath.of('metadata');
const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const NAME_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

function check(meta: ObjectMeta, options: Partial<ObjectMetaOptions> = {}): string[] {
  return validateObjectMeta(
    { name: 'app', namespace: 'web', ...meta },
    {
      path: PATH,
      isNamespaced: true,
      nameRule: imageStreamName,
      checksFinalizerForm: true,
      ...options,
    },
  ).map(formatFieldError);
}

function checkUpdate(meta: ObjectMeta, old: ObjectMeta): string[] {
  const base = { name: 'app', namespace: 'web', resourceVersion: '5' };
  const errors = validateObjectMetaUpdate(
    { ...base, ...meta },
    { old: { ...base, ...old }, path: PATH, checksFinalizerForm: true },
  );
  return errors.map(formatFieldError);
}

describe('name rules', () => {
  // Evidence: name-path-segment
  it.each([
    ['.', ["may not be '.'"]],
    ['..', ["may not be '..'"]],
    ['a/b', ["may not contain '/'"]],
    ['%/', ["may not contain '/'", "may not contain '%'"]],
    ['...', []],
    ['Any Thing:At@All', []],
  ])('judge %j as a path segment', (name, problems) => {
    expect(pathSegmentName(name, { isPrefix: false })).toEqual(problems);
  });

  it('let a prefix be a dot, since something follows', () => {
    expect(pathSegmentName('.', { isPrefix: true })).toEqual([]);
  });

  // Evidence: name-stream
  it.each(['', '-a', 'a-', 'a--b', 'a__b', 'a._b', 'A', 'a b', 'ü'])(
    'refuse %j for a stream',
    (name) => {
      expect(imageStreamName(name, { isPrefix: false })).toEqual([
        'must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"',
      ]);
    },
  );

  it.each(['a', '1', 'a.b', 'a_b-c.1', 'x'.repeat(300)])('take %s for a stream', (name) => {
    expect(imageStreamName(name, { isPrefix: false })).toEqual([]);
  });
});

describe('validateObjectMeta', () => {
  it('accepts plain metadata', () => {
    expect(
      check({ generation: 3, labels: { 'a.b/c': '' }, annotations: { 'A.B/C': 'x' } }),
    ).toEqual([]);
  });

  // Evidence: meta-name-required
  // Evidence: meta-name
  // Evidence: meta-generate-name
  // Evidence: meta-namespace-required
  // Evidence: meta-namespace
  // Evidence: meta-generation
  // Evidence: meta-labels
  // Evidence: meta-annotations
  // Evidence: meta-finalizers-conflict
  // Evidence: meta-finalizer-form
  it.each<[ObjectMeta, string[]]>([
    [{ name: '' }, ['metadata.name: Required value: name or generateName is required']],
    [
      { name: 'a/b%', generateName: 'a-' },
      [
        'metadata.generateName: Invalid value: "a-": must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"',
        'metadata.name: Invalid value: "a/b%": may not contain \'/\'',
        'metadata.name: Invalid value: "a/b%": may not contain \'%\'',
      ],
    ],
    [{ namespace: '' }, ['metadata.namespace: Required value']],
    [{ namespace: 'a_b' }, [`metadata.namespace: Invalid value: "a_b": ${LABEL_RULE}`]],
    [
      { namespace: 'a'.repeat(64) },
      [
        `metadata.namespace: Invalid value: "${'a'.repeat(64)}": must be no more than 63 characters`,
      ],
    ],
    [
      { generation: -1 },
      ['metadata.generation: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      { labels: { 'a b': 'c d' } },
      [
        `metadata.labels: Invalid value: "a b": ${NAME_RULE}`,
        `metadata.labels: Invalid value: "c d": ${VALUE_RULE}`,
      ],
    ],
    [
      { labels: { a: 'x'.repeat(64) } },
      [`metadata.labels: Invalid value: "${'x'.repeat(64)}": must be no more than 63 characters`],
    ],
    [{ annotations: { 'a!': 'any' } }, [`metadata.annotations: Invalid value: "a!": ${NAME_RULE}`]],
    [{ annotations: { '\u0130': '' } }, []],
    [
      { finalizers: ['orphan', 'foregroundDeletion', 'kubernetes', 'mine'] },
      [
        'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion","kubernetes","mine"]: finalizer orphan and foregroundDeletion cannot be both set',
        'metadata.finalizers[3]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
      ],
    ],
  ])('judges %j', (meta, messages) => {
    expect(check(meta)).toEqual(messages);
  });

  // Evidence: meta-finalizers
  it('asks for qualified finalizers', () => {
    expect(check({ finalizers: ['a b/c'] })).toHaveLength(1);
    expect(check({ finalizers: ['x'] }, { checksFinalizerForm: false })).toEqual([]);
  });

  // Evidence: meta-namespace-forbidden
  it('refuses a namespace of a kind that has none', () => {
    expect(check({}, { isNamespaced: false })).toEqual([
      'metadata.namespace: Forbidden: not allowed on this type',
    ]);
  });

  // Evidence: meta-annotations-size
  it('counts keys and values of annotations in bytes', () => {
    const message = 'metadata.annotations: Too long: may not be more than 262144 bytes';
    expect(check({ annotations: { k: 'x'.repeat(262_143) } })).toEqual([]);
    expect(check({ annotations: { k: 'x'.repeat(262_144) } })).toEqual([message]);
    expect(check({ annotations: { k: 'é'.repeat(131_072) } })).toEqual([message]);
  });

  // Evidence: meta-owner
  it.each([
    [
      { apiVersion: '' },
      ['metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty'],
    ],
    [
      { apiVersion: 'a/b/c' },
      ['metadata.ownerReferences.apiVersion: Invalid value: "a/b/c": version must not be empty'],
    ],
    [
      { apiVersion: 'apps/' },
      ['metadata.ownerReferences.apiVersion: Invalid value: "apps/": version must not be empty'],
    ],
    [
      { kind: '', name: '', uid: '' },
      [
        'metadata.ownerReferences.kind: Invalid value: "": must not be empty',
        'metadata.ownerReferences.name: Invalid value: "": must not be empty',
        'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
      ],
    ],
    [{ apiVersion: 'apps/v1' }, []],
  ])('judges the owner %j', (part, messages) => {
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'n', uid: 'u', ...part };
    expect(check({ ownerReferences: [owner] })).toEqual(messages);
  });

  // Evidence: meta-owner-controller
  // Evidence: meta-owner-event
  it('allows one controller and no event', () => {
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'n', uid: 'u' };
    const event = { ...owner, kind: 'Event' };
    expect(check({ ownerReferences: [{ ...owner, controller: true }, owner] })).toEqual([]);
    expect(check({ ownerReferences: [event] })).toEqual([
      `metadata.ownerReferences: Invalid value: ${JSON.stringify(event)}: /v1, Kind=Event is disallowed from being an owner`,
    ]);
    const controllers = [1, 2, 3].map((n) => ({ ...owner, name: `n${n}`, controller: true }));
    const message = (other: string): string =>
      `metadata.ownerReferences: Invalid value: ${JSON.stringify(controllers)}: Only one reference can have Controller set to true. Found "true" in references for Pod/n1 and ${other}`;
    expect(check({ ownerReferences: controllers })).toEqual([message('Pod/n2'), message('Pod/n3')]);
  });

  // Evidence: meta-managed-fields
  it('judges managed fields', () => {
    const managedFields = [
      {
        operation: 'Apply',
        fieldsType: 'FieldsV2',
        manager: 'm'.repeat(129),
        subresource: 's'.repeat(257),
      },
    ];
    expect(check({ managedFields })).toEqual([
      'metadata.managedFields[0].fieldsType: Invalid value: "FieldsV2": must be `FieldsV1`',
      'metadata.managedFields[0].manager: Too long: may not be more than 128 bytes',
      'metadata.managedFields[0].subresource: Too long: may not be more than 256 bytes',
    ]);
  });
});

describe('validateObjectMetaUpdate', () => {
  // Evidence: meta-update-finalizers
  // Evidence: meta-update-resource-version
  // Evidence: meta-update-generation
  // Evidence: meta-update-immutable
  it.each<[ObjectMeta, ObjectMeta, string[]]>([
    [{ labels: { a: 'b' } }, {}, []],
    [
      { finalizers: ['mine'] },
      { finalizers: ['mine'] },
      [
        'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
      ],
    ],
    [
      { resourceVersion: '' },
      {},
      ['metadata.resourceVersion: Invalid value: "": must be specified for an update'],
    ],
    [
      { generation: 1 },
      { generation: 2 },
      ['metadata.generation: Invalid value: 1: must not be decremented'],
    ],
    [
      { name: 'other', namespace: 'other', uid: 'other' },
      {},
      [
        'metadata.name: Invalid value: "other": field is immutable',
        'metadata.namespace: Invalid value: "other": field is immutable',
        'metadata.uid: Invalid value: "other": field is immutable',
      ],
    ],
    [
      {},
      { creationTimestamp: '2024-01-01T00:00:00Z', deletionGracePeriodSeconds: 0 },
      [
        'metadata.creationTimestamp: Invalid value: null: field is immutable',
        'metadata.deletionGracePeriodSeconds: Invalid value: null: field is immutable',
      ],
    ],
    [
      { deletionTimestamp: '2024-01-01T00:00:00Z' },
      {},
      ['metadata.deletionTimestamp: Invalid value: "2024-01-01T00:00:00Z": field is immutable'],
    ],
    [
      { deletionTimestamp: '2024-01-01T00:00:00Z', finalizers: ['b/b', 'a/a', 'c/c'] },
      { deletionTimestamp: '2024-01-01T00:00:00Z', finalizers: ['c/c'] },
      [
        'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a/a", "b/b"}',
      ],
    ],
  ])('judges %j over %j', (meta, old, messages) => {
    expect(checkUpdate(meta, old)).toEqual(messages);
  });
});
