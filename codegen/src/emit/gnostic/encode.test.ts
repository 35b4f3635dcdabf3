import { expect, test } from 'vitest';
import { encodeOpenApiV2 } from './encode.js';

/** Any message as nested lists of [field, value]; a length-delimited value is a message when it reads as one. */
function decode(bytes: Uint8Array): unknown[] | undefined {
  const fields: unknown[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) return Number.NaN;
      value += (byte % 128) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    if (field === 0) return undefined;
    if (wire === 0) fields.push([field, varint()]);
    else if (wire === 2) {
      const end = varint() + at;
      if (!(end <= bytes.length)) return undefined;
      const inner = bytes.subarray(at, end);
      const text = new TextDecoder().decode(inner);
      fields.push([field, /^[\x20-\x7e]+$/.test(text) ? text : (decode(inner) ?? text)]);
      at = end;
    } else return undefined;
  }
  return fields;
}

test('definitions, types, items and extensions are written under the numbers clients read', () => {
  const document = {
    swagger: '2.0',
    definitions: {
      'a.v1.Box': {
        type: 'object',
        properties: { lids: { type: 'array', items: { $ref: '#/definitions/a.v1.Lid' } } },
        'x-kubernetes-list-type': 'atomic',
      },
    },
  };
  const items = [23, [[1, [[1, '#/definitions/a.v1.Lid']]]]];
  const lids = [
    1,
    [
      [1, 'lids'],
      [2, [[22, [[1, 'array']]], items]],
    ],
  ];
  const extension = [
    31,
    [
      [1, 'x-kubernetes-list-type'],
      [2, [[2, '"atomic"']]],
    ],
  ];
  const box = [
    1,
    [
      [1, 'a.v1.Box'],
      [2, [[22, [[1, 'object']]], [25, [lids]], extension]],
    ],
  ];
  expect(decode(encodeOpenApiV2(document))).toEqual([
    [1, '2.0'],
    [9, [box]],
  ]);
});

test('parameters of an operation are a choice; shared ones are not', () => {
  const query = { in: 'query', name: 'q', type: 'string', uniqueItems: true };
  const document = {
    parameters: { q: query },
    paths: {
      '/p': {
        get: {
          parameters: [query, { $ref: '#/parameters/q' }],
          responses: { 200: { description: 'OK' } },
        },
      },
    },
  };
  const subSchema = [
    3,
    [
      [2, 'query'],
      [4, 'q'],
      [6, 'string'],
      [20, 1],
    ],
  ];
  const parameter = [2, [subSchema]];
  const responses = [
    9,
    [
      [
        1,
        [
          [1, '200'],
          [2, [[1, [[1, 'OK']]]]],
        ],
      ],
    ],
  ];
  const operation = [2, [[8, [[1, [parameter]]]], [8, [[2, [[1, '#/parameters/q']]]]], responses]];
  expect(decode(encodeOpenApiV2(document))).toEqual([
    [
      8,
      [
        [
          2,
          [
            [1, '/p'],
            [2, [operation]],
          ],
        ],
      ],
    ],
    [
      10,
      [
        [
          1,
          [
            [1, 'q'],
            [2, [parameter]],
          ],
        ],
      ],
    ],
  ]);
});

test('a key the message has no field for is refused with its place', () => {
  expect(() => encodeOpenApiV2({ definitions: { A: { oneOf: [] } } })).toThrow(
    '/definitions/A/oneOf',
  );
});
