import { isStatusError, type Status } from '@imagestream/core';
import { applyMergePatch, diffMergePatch } from '@imagestream/core/patch';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Decoded, JsonObject } from '../decode/decoded.js';
import { applyPatch } from './apply-patch.js';
import type { PatchRequest } from './patch-request.js';

const gvk = { group: 'image.openshift.io', version: 'v1', kind: 'ImageStream' };

function tag(name: string, more: JsonObject = {}): JsonObject {
  return {
    name,
    annotations: null,
    generation: 1,
    importPolicy: {},
    referencePolicy: { type: 'Source' },
    ...more,
  };
}

const live: JsonObject = {
  kind: 'ImageStream',
  apiVersion: 'image.openshift.io/v1',
  metadata: { name: 'app', labels: { a: '1' }, finalizers: ['x.test/a'] },
  spec: { lookupPolicy: { local: false }, tags: [tag('a'), tag('b')] },
  status: { dockerImageRepository: '' },
};

function patch(
  patchType: PatchRequest['patchType'],
  body: unknown,
  options: Partial<PatchRequest> = {},
): Decoded {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return applyPatch({
    patchType,
    bytes: new TextEncoder().encode(text),
    live,
    gvk,
    fieldValidation: 'Warn',
    ...options,
  });
}

function refusal(...parameters: Parameters<typeof patch>): Status {
  try {
    patch(...parameters);
  } catch (error) {
    if (isStatusError(error)) return error.status;
    throw error;
  }
  throw new Error('the patch was accepted');
}

const UNPROCESSABLE = {
  code: 422,
  reason: 'Invalid',
  message: 'the server rejected our request due to an error in our request',
  details: {},
};

// Evidence: patch-json, patch-json-limits
describe('a JSON patch', () => {
  test('adds, removes, replaces, moves, copies and tests', () => {
    const { object } = patch('json', [
      { op: 'test', path: '/metadata/labels/a', value: '1' },
      { op: 'add', path: '/metadata/labels/b~1c', value: '2' },
      { op: 'copy', from: '/metadata/labels/a', path: '/metadata/labels/d' },
      { op: 'move', from: '/metadata/labels/d', path: '/metadata/labels/e' },
      { op: 'replace', path: '/spec/tags/0/reference', value: true },
      { op: 'remove', path: '/spec/tags/1' },
      { op: 'add', path: '/spec/tags/-1', value: { name: 'z' } },
    ]);
    expect(object).toMatchObject({
      metadata: { labels: { a: '1', 'b/c': '2', e: '1' } },
      spec: { tags: [{ name: 'a', reference: true }, { name: 'z' }] },
    });
    expect(live).toMatchObject({ metadata: { labels: { a: '1' } } });
  });

  test('holds a test for null of a member that is not there', () => {
    expect(
      patch('json', [{ op: 'test', path: '/metadata/labels/zz', value: null }]).warnings,
    ).toEqual([]);
  });

  test.each([
    [[{ op: 'remove', path: '/metadata/labels/none' }]],
    [[{ op: 'replace', path: '/nope/x', value: 1 }]],
    [[{ op: 'add', path: '/spec/tags/99', value: {} }]],
    [[{ op: 'test', path: '/kind', value: 'x' }]],
    [[{ op: 'bogus', path: '/x' }]],
    [[{ path: '/x' }]],
    [[{ op: 'add', path: 'nolead', value: 1 }]],
  ])('that does not apply, %j, is a 422 without a reason', (operations) => {
    expect(refusal('json', operations)).toMatchObject(UNPROCESSABLE);
  });

  test('that is no list of operations is a 400', () => {
    expect(refusal('json', '{}').message).toBe(
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    );
    expect(refusal('json', 'x').message).toBe(
      "error decoding patch: invalid character 'x' looking for beginning of value",
    );
    expect(refusal('json', '[{"op":1}]').message).toBe(
      'error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string',
    );
  });

  test('of more than ten thousand operations is a 413', () => {
    const many = Array.from({ length: 10_001 }, () => ({
      op: 'test',
      path: '/kind',
      value: 'ImageStream',
    }));
    expect(refusal('json', many)).toMatchObject({
      code: 413,
      message:
        'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
    });
    expect(patch('json', many.slice(1)).warnings).toEqual([]);
  });

  test('may not copy more than three megabytes together', () => {
    const big = 'x'.repeat(100_000);
    const operations = [
      { op: 'add', path: '/metadata/annotations', value: { a: big } },
      ...Array.from({ length: 40 }, (_, i) => ({
        op: 'copy',
        from: '/metadata/annotations/a',
        path: `/metadata/annotations/b${i}`,
      })),
    ];
    expect(refusal('json', operations)).toMatchObject(UNPROCESSABLE);
  });

  test('reports unknown members of operations and unknown fields of the result', () => {
    const operations = [{ op: 'add', path: '/spec/bogus', value: 1, extra: true }];
    const found = ['json patch unknown field "[0].extra"', 'unknown field "spec.bogus"'];
    expect(patch('json', operations).warnings).toEqual(found);
    expect(refusal('json', operations, { fieldValidation: 'Strict' }).message).toContain(
      `": strict decoding error: ${found.join(', ')}`,
    );
  });
});

// Evidence: patch-merge, patch-result
describe('a merge patch', () => {
  test('merges, removes on null and replaces lists', () => {
    const { object } = patch('merge', {
      metadata: { labels: { a: null, z: '1' } },
      spec: { tags: [{ name: 'n' }] },
    });
    expect(object).toMatchObject({
      metadata: { labels: { z: '1' } },
      spec: { tags: [{ name: 'n' }] },
    });
    expect(JSON.stringify(object)).not.toContain('"a":"1"');
  });

  test.each([
    ['null', 'Invalid JSON Patch'],
    [
      '[]',
      'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
    ],
    ['{', 'error decoding patch: unexpected end of JSON input'],
  ])('that reads %s is a 400', (text, message) => {
    expect(refusal('merge', text)).toMatchObject({ code: 400, message });
  });

  test('whose result is no object of the kind is a 422 that shows the result', () => {
    const status = refusal('merge', { spec: { tags: 'x' } });
    expect(status.code).toBe(422);
    expect(status.message).toMatch(
      /^ "" is invalid: patch: Invalid value: "\{\\"apiVersion\\":.*\\"spec\\":\{\\"lookupPolicy\\":\{\\"local\\":false\},\\"tags\\":\\"x\\"\}.*: json: cannot unmarshal string into Go struct field ImageStreamSpec.spec.tags of type \[\]v1.TagReference$/,
    );
  });

  test('made as a difference leads from one object to the other', () => {
    const names = fc.dictionary(
      fc.constantFrom('a', 'b', '__proto__', 'c'),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(names, names, (before, after) => {
        const from = patch('merge', { metadata: { labels: null, annotations: before } }).object;
        const to = {
          ...from,
          metadata: { ...(from['metadata'] as JsonObject), annotations: after },
        };
        const difference = diffMergePatch(from, to);
        const { object } = patch('merge', difference, { live: from });
        const wanted = patch('merge', {}, { live: to }).object;
        expect(object).toEqual(wanted);
        expect(applyMergePatch(from, difference)).toEqual(to);
      }),
    );
  });
});

// Evidence: patch-strategic
describe('a strategic merge patch', () => {
  function tagNames({ object }: Decoded): unknown {
    return (object['spec'] as { tags?: { name: string }[] }).tags?.map(({ name }) => name);
  }

  test('merges tags by name', () => {
    const result = patch('strategic', {
      spec: { tags: [{ name: 'b', reference: true }, { name: 'c' }] },
    });
    expect(tagNames(result)).toEqual(['a', 'b', 'c']);
    expect(result.object).toMatchObject({
      spec: { tags: [tag('a'), tag('b', { reference: true }), {}] },
    });
  });

  test('deletes and replaces by directive', () => {
    expect(
      tagNames(patch('strategic', { spec: { tags: [{ name: 'a', $patch: 'delete' }] } })),
    ).toEqual(['b']);
    expect(
      tagNames(patch('strategic', { spec: { tags: [{ $patch: 'replace' }, { name: 'n' }] } })),
    ).toEqual(['n']);
    expect(
      tagNames(patch('strategic', { spec: { $patch: 'replace', lookupPolicy: { local: true } } })),
    ).toBeUndefined();
    expect(
      patch('strategic', { metadata: { labels: { $patch: 'delete', x: '1' } } }).object['metadata'],
    ).toEqual({ name: 'app', finalizers: ['x.test/a'] });
  });

  test('renames a tag the way kubectl does it', () => {
    const rename = {
      spec: {
        '$setElementOrder/tags': [{ name: 'v1' }],
        tags: [{ name: 'v1' }, { name: 'a', $patch: 'delete' }],
      },
    };
    expect(tagNames(patch('strategic', rename))).toEqual(['b', 'v1']);
  });

  test('joins sets of texts, puts the patch first, and takes texts out', () => {
    const finalizersOf = (body: unknown): unknown =>
      (patch('strategic', body).object['metadata'] as { finalizers?: string[] }).finalizers;
    expect(finalizersOf({ metadata: { finalizers: ['x.test/b', 'x.test/b'] } })).toEqual([
      'x.test/b',
      'x.test/a',
    ]);
    expect(
      finalizersOf({ metadata: { '$deleteFromPrimitiveList/finalizers': ['x.test/a'] } }),
    ).toBeUndefined();
    expect(
      finalizersOf({
        metadata: {
          finalizers: ['x.test/b'],
          '$setElementOrder/finalizers': ['x.test/a', 'x.test/b'],
        },
      }),
    ).toEqual(['x.test/a', 'x.test/b']);
  });

  test('obeys $retainKeys', () => {
    expect(
      patch('strategic', { spec: { $retainKeys: ['lookupPolicy'], lookupPolicy: { local: true } } })
        .object['spec'],
    ).toEqual({
      lookupPolicy: { local: true },
    });
    expect(
      refusal('strategic', { spec: { $retainKeys: ['tags'], lookupPolicy: {} } }),
    ).toMatchObject(UNPROCESSABLE);
    expect(refusal('strategic', { spec: { $retainKeys: 'x' } })).toMatchObject({
      code: 400,
      message: 'invalid patch format of retainKeys',
    });
  });

  test.each([
    [{ spec: { $patch: 'bogus' } }, 500, 'unknown patch type: bogus in map: map[$patch:bogus]'],
    [
      { spec: { tags: [{ reference: true }] } },
      500,
      'map: map[reference:true] does not contain declared merge key: name',
    ],
    [
      { spec: { '$setElementOrder/tags': [{ name: 'a' }], tags: [{ name: 'c' }] } },
      500,
      "The order in patch list:\n[map[name:c]]\n doesn't match $setElementOrder list:\n[map[name:a]]\n",
    ],
    [
      { spec: { '$setElementOrder/tags': 'x' } },
      500,
      'expected a []interface {}, but received a string',
    ],
    [{ spec: { $setElementOrder: [] } }, 400, 'invalid patch format of setElementOrder list'],
    [
      { metadata: { '$setElementOrder/nope': ['a'] } },
      500,
      'unable to find api field in struct ObjectMeta for the json field "nope"',
    ],
    [
      { spec: { tags: [1] } },
      500,
      'list element types are not identical: map[string]interface {} int64',
    ],
  ])('that cannot be followed, %j, is answered in the server’s words', (body, code, message) => {
    expect(refusal('strategic', body)).toMatchObject({ code, message });
  });

  test('whose result has a wrong type is a 422 that shows the patch as Go prints a map', () => {
    expect(
      refusal('strategic', { spec: { lookupPolicy: { local: 'x' }, tags: null } }).message,
    ).toBe(
      ' "" is invalid: patch: Invalid value: "map[spec:map[lookupPolicy:map[local:x] tags:<nil>]]": unrecognized type: bool',
    );
  });
});

describe('patches', () => {
  test('throw nothing but a StatusError, whatever they say', () => {
    const keys = fc.constantFrom(
      'spec',
      'tags',
      'name',
      'metadata',
      'labels',
      '$patch',
      '$setElementOrder/tags',
      '$retainKeys',
      '$deleteFromPrimitiveList/finalizers',
      'finalizers',
      '__proto__',
    );
    const leaf = fc.oneof(
      fc.constantFrom('delete', 'replace', 'merge', 'a', 'b'),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(keys, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(tree, fc.constantFrom('json', 'merge', 'strategic'), (body, type) => {
        try {
          patch(type, body);
        } catch (error) {
          expect(isStatusError(error)).toBe(true);
        }
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });
});
