/**
 * Access reviews as Kubernetes' protobuf, in which newer kubectl sends them: the frame `k8s\0`, an envelope that names the
 * kind, and inside it the message. Only what decides a review is read.
 */
import { badRequestError } from '@imagestream/core';

/** What a field of a message holds: a text, texts, or a message of its own. */
type FieldShape = { readonly name: string } & (
  { readonly type: 'text' | 'texts' } | { readonly type: 'message'; readonly fields: MessageShape }
);

/** Fields by their number. Others are skipped. */
type MessageShape = Readonly<Record<number, FieldShape>>;

const texts = (...names: readonly string[]): MessageShape =>
  Object.fromEntries(names.map((name, index) => [index + 1, { name, type: 'text' as const }]));

const deed = texts('namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name');

/** The spec of a SubjectAccessReview; that of a SelfSubjectAccessReview has the first two fields only. */
const spec: MessageShape = {
  1: { name: 'resourceAttributes', type: 'message', fields: deed },
  2: { name: 'nonResourceAttributes', type: 'message', fields: texts('path', 'verb') },
  3: { name: 'user', type: 'text' },
  4: { name: 'groups', type: 'texts' },
};

const review: MessageShape = { 2: { name: 'spec', type: 'message', fields: spec } };
const typeMeta = texts('apiVersion', 'kind');

const frame = [0x6b, 0x38, 0x73, 0x00];
const rawField = 2;

/** A review in the shape its JSON has. Throws 400 for bytes that are none. Source: api-access-reviews. */
export function decodeReview(bytes: Uint8Array): Record<string, unknown> {
  if (!frame.every((byte, index) => bytes[index] === byte)) throw unrecognized();
  const envelope = readFields(bytes.subarray(frame.length));
  const raw = envelope.findLast(({ number }) => number === rawField)?.bytes;
  const names = envelope.find(({ number }) => number === 1)?.bytes;
  return {
    ...(names === undefined ? {} : decodeMessage(names, typeMeta)),
    ...(raw === undefined ? {} : decodeMessage(raw, review)),
  };
}

function decodeMessage(bytes: Uint8Array, shape: MessageShape): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  for (const field of readFields(bytes)) {
    const known = shape[field.number];
    switch (known?.type) {
      case 'text':
        message[known.name] = new TextDecoder().decode(field.bytes);
        break;
      case 'texts': {
        const before = message[known.name];
        const text = new TextDecoder().decode(field.bytes);
        message[known.name] = [...(Array.isArray(before) ? (before as string[]) : []), text]; // Made here.
        break;
      }
      case 'message':
        message[known.name] = decodeMessage(field.bytes, known.fields);
        break;
      case undefined:
        break;
    }
  }
  return message;
}

interface Field {
  readonly number: number;
  /** What a field with a length holds; empty for numbers, which no review needs. */
  readonly bytes: Uint8Array;
}

const [numeric, fixed64, lengthDelimited, fixed32] = [0, 1, 2, 5];

function readFields(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let position = 0;
  const number = (): number => {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 63; scale *= 128) {
      const byte = bytes[position];
      if (byte === undefined) throw unrecognized();
      position += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw unrecognized();
  };
  const piece = (length: number): Uint8Array => {
    if (length > bytes.length - position) throw unrecognized();
    position += length;
    return bytes.subarray(position - length, position);
  };
  while (position < bytes.length) {
    const tag = number();
    const field = Math.floor(tag / 8);
    switch (tag % 8) {
      case numeric:
        number();
        fields.push({ number: field, bytes: new Uint8Array() });
        break;
      case fixed64:
        fields.push({ number: field, bytes: piece(8) });
        break;
      case lengthDelimited:
        fields.push({ number: field, bytes: piece(number()) });
        break;
      case fixed32:
        fields.push({ number: field, bytes: piece(4) });
        break;
      default:
        throw unrecognized();
    }
  }
  return fields;
}

function unrecognized(): Error {
  return badRequestError('the object provided is unrecognized: malformed protobuf');
}
