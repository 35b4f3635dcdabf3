import { formatFieldError } from '@imagestream/core';
import { describe, expect, it } from 'vitest';
import { validate } from './validate.js';

function messages(object: unknown, mode: 'server' | 'strict' = 'server'): string[] {
  return validate(object, { operation: 'create', mode }).map(formatFieldError);
}

function stream(parts: object): object {
  return { kind: 'ImageStream', metadata: { name: 'app', namespace: 'web' }, ...parts };
}

describe('the structure of an object', () => {
  // Evidence: structure-type
  it.each([
    [null, [': Invalid value: null: must be an object']],
    [[], [': Invalid value: []: must be an object']],
    [stream({ spec: [] }), ['spec: Invalid value: []: must be an object']],
    [stream({ spec: { tags: {} } }), ['spec.tags: Invalid value: {}: must be a list']],
    [
      stream({ spec: { tags: [{ name: 1, reference: 'yes', generation: '1' }] } }),
      [
        'spec.tags[0].generation: Invalid value: "1": must be a whole number',
        'spec.tags[0].name: Invalid value: 1: must be a text',
        'spec.tags[0].reference: Invalid value: "yes": must be true or false',
      ],
    ],
    [
      stream({ metadata: { labels: { 'a/b~c': 1 } } }),
      ['metadata.labels[a/b~c]: Invalid value: 1: must be a text'],
    ],
  ])('%j is what a server cannot decode', (object, expected) => {
    expect(messages(object)).toEqual(expected);
    expect(validate(object).every(({ type }) => type === 'TypeInvalid')).toBe(true);
  });

  it('takes null for absent everywhere, and ignores what it does not know', () => {
    expect(messages(stream({ spec: { tags: null, other: 1 }, status: null, extra: {} }))).toEqual(
      [],
    );
  });

  it('stops a check at what cannot be decoded', () => {
    expect(messages({ kind: 'ImageStream', metadata: { name: 1 } })).toEqual([
      'metadata.name: Invalid value: 1: must be a text',
    ]);
  });

  // Evidence: structure-format
  it('asks for times and base64', () => {
    const signature = {
      kind: 'ImageSignature',
      metadata: { name: 'a@b' },
      type: 't',
      content: '?',
      created: 'now',
    };
    expect(messages(signature)).toEqual([
      'content: Invalid value: "?": must be base64',
      'created: Invalid value: "now": must be an RFC 3339 time such as 2024-02-29T12:00:00Z',
    ]);
  });

  // Evidence: structure-kind
  it.each([
    [{}, 'kind: Invalid value: null: must be a kind of image.openshift.io/v1'],
    [{ kind: 'Pod' }, 'kind: Invalid value: "Pod": must be a kind of image.openshift.io/v1'],
    [
      { kind: 'imagestream' },
      'kind: Invalid value: "imagestream": must be a kind of image.openshift.io/v1',
    ],
    [
      { kind: '__proto__' },
      'kind: Invalid value: "__proto__": must be a kind of image.openshift.io/v1',
    ],
  ])('%j is of no kind of this API', (object, message) => {
    expect(messages(object)).toEqual([message]);
  });

  // Evidence: structure-api-version
  it('refuses another apiVersion and does without one', () => {
    expect(messages(stream({ apiVersion: 'image.openshift.io/v1' }))).toEqual([]);
    expect(messages(stream({ apiVersion: 'v1' }))).toEqual([
      'apiVersion: Invalid value: "v1": the API version in the data (v1) does not match the expected API version (image.openshift.io/v1)',
    ]);
  });

  // Evidence: structure-unknown-field
  it('refuses unknown members in strict mode, beside everything else', () => {
    const object = stream({
      spec: { tags: [{ name: 'v1', form: {} }] },
      metadata: { name: 'App', namespace: 'web' },
    });
    expect(messages(object, 'strict')).toEqual([
      'spec.tags[0].form: Forbidden: unknown field',
      'metadata.name: Invalid value: "App": must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"',
    ]);
  });

  // Evidence: structure-duplicate
  it('refuses repeated entries in strict mode', () => {
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'n', uid: 'u' };
    const metadata = { name: 'app', namespace: 'web', ownerReferences: [owner, owner] };
    expect(messages(stream({ metadata }), 'strict')).toEqual([
      'metadata.ownerReferences[1]: Duplicate value: "u"',
    ]);
    expect(messages(stream({ metadata }))).toEqual([]);
  });

  it('checks the items of a list as they stand', () => {
    const items = [stream({}), stream({ metadata: { name: 'App', namespace: 'web' } }), null];
    expect(validate({ kind: 'ImageStreamList', items }).map(formatFieldError)).toEqual([
      'items[1].metadata.name: Invalid value: "App": must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"',
      'items[2].metadata.name: Required value: name or generateName is required',
      'items[2].metadata.namespace: Required value',
    ]);
  });

  it('checks the kinds that only a server makes by their structure alone', () => {
    expect(validate({ kind: 'ImageStreamList', items: null })).toEqual([]);
    expect(validate({ kind: 'SecretList', items: {} }).map(formatFieldError)).toEqual([
      'items: Invalid value: {}: must be a list',
    ]);
  });
});
