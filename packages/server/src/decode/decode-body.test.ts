import { isStatusError } from '@imagestream/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBody } from './decode-body.js';
import type { Decoded, DecodeRequest } from './decoded.js';

function decode(text: string, options: Partial<DecodeRequest> = {}): Decoded {
  return decodeBody({
    bytes: new TextEncoder().encode(text),
    format: 'json',
    gvk: { group: 'image.openshift.io', version: 'v1', kind: 'ImageStream' },
    fieldValidation: 'Warn',
    ...options,
  });
}

function complaint(text: string, options: Partial<DecodeRequest> = {}): string {
  try {
    decode(text, options);
  } catch (error) {
    if (isStatusError(error, 'BadRequest')) return error.message;
    throw error;
  }
  return 'accepted';
}

const UNREADABLE =
  "the object provided is unrecognized (must be of type ImageStream): couldn't get version/kind; json parse error: ";
const HANDLED = 'ImageStream in version "v1" cannot be handled as a ImageStream: ';

// Evidence: body-recognize, body-types, body-fields
describe('a JSON body', () => {
  test('comes back in the encoder’s form: order, defaults of the encoder, sorted tags', () => {
    const text =
      '{"spec":{"tags":[{"name":"b"},{"name":"a","reference":false}]},"metadata":{"name":"x"}}';
    expect(JSON.stringify(decode(text).object)).toBe(
      JSON.stringify({
        kind: 'ImageStream',
        apiVersion: 'image.openshift.io/v1',
        metadata: { name: 'x' },
        spec: {
          lookupPolicy: { local: false },
          tags: ['a', 'b'].map((name) => ({
            name,
            annotations: null,
            generation: null,
            importPolicy: {},
            referencePolicy: { type: '' },
          })),
        },
        status: { dockerImageRepository: '' },
      }),
    );
  });

  test('keeps the last of tags with one name, and takes null for a tag without a name', () => {
    const { object } = decode(
      '{"spec":{"tags":[{"name":"a","reference":true},null,{"name":"a","generation":0}]}}',
    );
    expect(object['spec']).toMatchObject({ tags: [{ name: '' }, { name: 'a', generation: 0 }] });
    expect(JSON.stringify(object)).not.toContain('"reference":true');
  });

  test.each([
    ['', 'unexpected end of JSON input (<empty>)'],
    ['{', 'unexpected end of JSON input ({)'],
    ['{"a":1,}', 'invalid character \'}\' looking for beginning of object key string ({"a":1,})'],
    ["{'a':1}", "invalid character '\\'' looking for beginning of object key string ({'a':1})"],
    ['{"a" 1}', 'invalid character \'1\' after object key ({"a" 1})'],
    ['{"a":[1 2]}', 'invalid character \'2\' after array element ({"a":[1 2]})'],
    ['{"a":1 "b"}', 'invalid character \'"\' after object key:value pair ({"a":1 "b"})'],
    ['{"a":tru}', "invalid character '}' in literal true (expecting 'e') ({\"a\":tru})"],
    ['{"a":"\\x"}', 'invalid character \'x\' in string escape code ({"a":"\\x"})'],
    ['{"a":1.}', 'invalid character \'}\' after decimal point in numeric literal ({"a":1.})'],
    ['{"a":-}', 'invalid character \'}\' in numeric literal ({"a":-})'],
    ['{} x', "invalid character 'x' after top-level value ({} x)"],
  ])('that reads %j is refused in the words of Go’s reader', (text, words) => {
    expect(complaint(text)).toBe(UNREADABLE + words);
  });

  test('is shown by its first thirty bytes, in hexadecimal unless it starts like an object', () => {
    expect(complaint('[1]')).toMatch(/ \(5b315d\)$/);
    expect(complaint(`{"metadata":{"name":"${'a'.repeat(40)}"}`)).toMatch(
      / \(\{"metadata":\{"name":"aaaaaaaaa \.\.\.\)$/,
    );
  });

  test.each([
    [
      '{"metadata":"x"}',
      'json: cannot unmarshal string into Go struct field ImageStream.metadata of type v1.ObjectMeta',
    ],
    [
      '{"metadata":{"uid":1}}',
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.uid of type types.UID',
    ],
    [
      '{"metadata":{"labels":{"a":1}}}',
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      '{"spec":{"tags":["x"]}}',
      'json: cannot unmarshal string into Go struct field ImageStreamSpec.spec.tags of type v1.TagReference',
    ],
    [
      '{"spec":{"tags":[{"generation":1.0}]}}',
      'json: cannot unmarshal number 1.0 into Go struct field TagReference.spec.tags.generation of type int64',
    ],
    [
      '{"spec":{"tags":[{"referencePolicy":{"type":{}}}]}}',
      'json: cannot unmarshal object into Go struct field TagReferencePolicy.spec.tags.referencePolicy.type of type v1.TagReferencePolicyType',
    ],
    [
      '{"metadata":{"creationTimestamp":"2024-02-30T00:00:00Z"}}',
      'parsing time "2024-02-30T00:00:00Z": day out of range',
    ],
    [
      '{"metadata":{"creationTimestamp":"2024-02-01"}}',
      'parsing time "2024-02-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"',
    ],
    [
      '{"metadata":{"creationTimestamp":5}}',
      'json: cannot unmarshal number into Go value of type string',
    ],
  ])('with a value of a wrong type, %s, is refused with field and type', (text, words) => {
    expect(complaint(text)).toBe(HANDLED + words);
  });

  test('of another version, kind or letter case is refused', () => {
    expect(complaint('{"apiVersion":"image.openshift.io/v2"}')).toMatch(
      /^ImageStream in version "v2" cannot be handled as a ImageStream: no kind "ImageStream" is registered for version "image.openshift.io\/v2"/,
    );
    expect(complaint('{"kind":"imagestream"}')).toContain('no kind "imagestream" is registered');
    expect(complaint('{"kind":"Image"}')).toBe(
      'Image in version "v1" cannot be handled as a ImageStream: converting (v1.Image) to (image.ImageStream): unknown conversion',
    );
    expect(complaint('{"kind":"ConfigMap","apiVersion":"v1","data":{}}')).toBe(
      'ConfigMap in version "v1" cannot be handled as a ImageStream: converting (v1.ConfigMap) to (image.ImageStream): unknown conversion',
    );
    expect(complaint('{"apiVersion":"a/b/c"}')).toBe(
      'the object provided is unrecognized (must be of type ImageStream): unexpected GroupVersion string: a/b/c ({"apiVersion":"a/b/c"})',
    );
    expect(complaint('{"apiVersion":"v1"}')).toBe(
      'the API version in the data (v1) does not match the expected API version (image.openshift.io/v1)',
    );
  });

  test('has its unknown and repeated fields reported in document order', () => {
    const text =
      '{"b":1,"metadata":{"name":"a","name":"x","Name":"y"},"spec":{"tags":[{"foo":1}]},"b":2}';
    const found = [
      'unknown field "b"',
      'duplicate field "metadata.name"',
      'unknown field "metadata.Name"',
      'unknown field "spec.tags[0].foo"',
    ];
    expect(decode(text).warnings).toEqual(found);
    expect(decode(text).object).toMatchObject({ metadata: { name: 'x' } });
    expect(decode(text, { fieldValidation: 'Ignore' }).warnings).toEqual([]);
    expect(complaint(text, { fieldValidation: 'Strict' })).toBe(
      `${HANDLED}strict decoding error: ${found.join(', ')}`,
    );
  });

  test('reads the second of two equal keys into what the first one left', () => {
    const text =
      '{"metadata":{"name":"x","labels":{"a":"1"}},"metadata":{"labels":{"b":"2"}},"spec":{"tags":[{"name":"a","reference":true},{"name":"b"}],"tags":[{"name":"c"}]}}';
    expect(decode(text).object).toMatchObject({
      metadata: { name: 'x', labels: { a: '1', b: '2' } },
      spec: { tags: [{ name: 'c', reference: true }] },
    });
    expect(decode('{"metadata":{"labels":{"a":"1"},"labels":null}}').object['metadata']).toEqual(
      {},
    );
  });

  test('cannot reach the prototype of anything', () => {
    const { object } = decode(
      '{"metadata":{"labels":{"__proto__":"x"}},"__proto__":{"polluted":true}}',
    );
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(JSON.stringify(object['metadata'])).toBe('{"labels":{"__proto__":"x"}}');
  });

  test('of ten thousand levels is read, and of more refused', () => {
    const nested = (levels: number): string => `{"x":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    expect(decode(nested(9999)).warnings).toEqual(['unknown field "x"']);
    expect(complaint(nested(10_000))).toContain("invalid character '[' exceeded max depth");
  });
});

// Evidence: body-embedded-metadata
describe('embedded image metadata', () => {
  const image = { group: 'image.openshift.io', version: 'v1', kind: 'Image' };

  test('is decoded and encoded again, and filled in when it is missing', () => {
    const empty = {
      kind: 'DockerImage',
      apiVersion: 'image.openshift.io/1.0',
      Id: '',
      Created: null,
      ContainerConfig: {},
    };
    expect(decode('{}', { gvk: image }).object).toMatchObject({
      dockerImageMetadata: empty,
      dockerImageMetadataVersion: '1.0',
    });
    const text =
      '{"dockerImageMetadata":{"apiVersion":"1.0","Size":5,"Os":"linux","Config":{"Volumes":{"/v":{}}}}}';
    expect(decode(text, { gvk: image }).object['dockerImageMetadata']).toEqual({
      ...empty,
      Config: { Volumes: { '/v': {} } },
      Size: 5,
    });
  });

  test('of a version nobody knows is refused', () => {
    expect(complaint('{"dockerImageMetadataVersion":"2.0"}', { gvk: image })).toContain(
      'no kind "DockerImage" is registered for version "image.openshift.io/2.0"',
    );
  });
});

// Evidence: body-yaml
describe('a YAML body', () => {
  const yaml = (text: string, options: Partial<DecodeRequest> = {}): Decoded =>
    decode(text, { format: 'yaml', ...options });

  test('has its plain scalars read as YAML 1.1 and only its first document', () => {
    const { object } = yaml(
      'metadata:\n  name: x\n  labels: {a: "yes", b: null}\nspec:\n  lookupPolicy: {local: on}\n---\nmetadata: 1\n',
    );
    expect(object).toMatchObject({
      metadata: { name: 'x', labels: { a: 'yes', b: '' } },
      spec: { lookupPolicy: { local: true } },
    });
    expect(complaint('metadata: {name: 1.10}', { format: 'yaml' })).toBe(
      `${HANDLED}json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string`,
    );
  });

  test('has anchors and merge keys resolved', () => {
    const text =
      'x: &l {a: "1", b: "2"}\nmetadata:\n  labels: {<<: *l, b: "3"}\n  annotations: *l\n';
    expect(yaml(text).object['metadata']).toEqual({
      labels: { a: '1', b: '3' },
      annotations: { a: '1', b: '2' },
    });
  });

  test('has a repeated key reported with the line of its value', () => {
    expect(yaml('metadata:\n  name: a\n  name: b\n').warnings).toEqual([
      'line 3: key "name" already set in map',
    ]);
    expect(
      complaint('kind: ImageStream\nkind: ImageStream\n', {
        format: 'yaml',
        fieldValidation: 'Strict',
      }),
    ).toBe(
      `${HANDLED}strict decoding error: yaml: unmarshal errors:\n  line 2: key "kind" already set in map`,
    );
  });

  test('that cannot be read is refused with the line and the body in hexadecimal', () => {
    expect(complaint('a: [b', { format: 'yaml' })).toBe(
      "the object provided is unrecognized (must be of type ImageStream): yaml: line 1: did not find expected ',' or ']' (613a205b62)",
    );
  });

  test('with an anchor nobody set, or one that contains itself, is refused', () => {
    expect(complaint('a: *x', { format: 'yaml' })).toContain(
      "yaml: unknown anchor 'x' referenced (",
    );
    expect(complaint('a: &x [*x]', { format: 'yaml' })).toContain(
      "yaml: anchor 'x' value contains itself (",
    );
  });

  test('whose aliases multiply without end is refused', () => {
    const levels = Array.from(
      { length: 9 },
      (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`,
    );
    expect(complaint(`l0: &l0 [x]\n${levels.join('\n')}\n`, { format: 'yaml' })).toContain(
      'document contains excessive aliasing',
    );
  });
});

describe('decoding', () => {
  test('throws nothing but a StatusError, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('json', 'yaml'),
        (bytes, format) => {
          try {
            decodeBody({
              bytes,
              format,
              gvk: { group: 'image.openshift.io', version: 'v1', kind: 'Image' },
              fieldValidation: 'Strict',
            });
          } catch (error) {
            expect(isStatusError(error)).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('throws nothing but a StatusError on any JSON, and gives the same again for what it gave', () => {
    const tag = fc.record(
      {
        name: fc.string(),
        generation: fc.option(fc.integer()),
        reference: fc.boolean(),
        annotations: fc.option(fc.dictionary(fc.string(), fc.string())),
        from: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const body = fc.record(
      { metadata: fc.jsonValue(), spec: fc.record({ tags: fc.array(tag, { maxLength: 4 }) }) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(body, fc.jsonValue()), (value) => {
        let first: Decoded;
        try {
          first = decode(JSON.stringify(value));
        } catch (error) {
          expect(isStatusError(error)).toBe(true);
          return;
        }
        expect(decode(JSON.stringify(first.object))).toEqual({
          object: first.object,
          warnings: [],
        });
      }),
      { numRuns: 500 },
    );
  });
});
