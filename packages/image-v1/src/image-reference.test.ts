import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDigest } from './digest.js';
import {
  type ImageReference,
  ImageReferenceError,
  isImageReference,
  parseImageReference,
  tryParseImageReference,
} from './image-reference.js';
import { formatImageReference } from './image-reference-forms.js';

interface RecordedReference {
  reference: string;
  fields?: ImageReference;
  message?: string;
}

function readRecorded(): RecordedReference[] {
  const text = readFileSync(new URL('../testdata/references.jsonl', import.meta.url), 'utf8');
  const lines = text.trimEnd().split('\n').slice(1);
  return lines.map((line) => JSON.parse(line) as RecordedReference);
}

function outcome(reference: string): Omit<RecordedReference, 'reference'> {
  const result = tryParseImageReference(reference);
  return result.type === 'error' ? { message: result.error.message } : { fields: result.reference };
}

const SHA256 = `sha256:${'a'.repeat(64)}`;

/** The grammar written down once more, as the expressions it was found as: an independent second opinion. */
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const HOST_LABEL = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const HOST = `${HOST_LABEL}(?:\\.${HOST_LABEL})*(?::[0-9]+)?`;
const TAG = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const GRAMMAR = new RegExp(
  `^((?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*)(?::(${TAG}))?(?:@(${DIGEST}))?$`,
);

function referenceLike(): fc.Arbitrary<string> {
  const piece = fc.constantFrom(
    'a',
    'ns',
    'n',
    'A',
    '1',
    '5000',
    'localhost',
    'quay.io',
    '.',
    '..',
    '-',
    '--',
    '_',
    '__',
    '___',
    '/',
    ':',
    '@',
    'latest',
    SHA256,
    `sha256:${'B'.repeat(64)}`,
    `md5:${'0'.repeat(32)}`,
    'sha512',
    'é',
    ' ',
    '\u212a',
    '\u0130',
  );
  return fc.array(piece, { minLength: 1, maxLength: 9 }).map((pieces) => pieces.join(''));
}

describe('parseImageReference', () => {
  // Evidence: reference-grammar
  // Evidence: reference-fields
  it('agrees with every recorded answer of a real server', () => {
    const recorded = readRecorded();
    expect(recorded).toHaveLength(400);
    const disagreements = recorded.filter(({ reference, ...expected }) => {
      return JSON.stringify(outcome(reference)) !== JSON.stringify(expected);
    });
    expect(disagreements).toEqual([]);
  });

  it('matches exactly the texts that the grammar as a regular expression matches', () => {
    fc.assert(
      fc.property(referenceLike(), (text) => {
        const match = GRAMMAR.exec(text);
        const result = tryParseImageReference(text);
        const accepted =
          match !== null &&
          match[1]!.length <= 255 &&
          (match[3] === undefined || isDigest(match[3]));
        expect(result.type === 'reference').toBe(accepted);
      }),
      { numRuns: 3000 },
    );
  });

  it.each<[string, Partial<ImageReference>]>([
    ['acme/team/ruby', { namespace: 'acme', name: 'team/ruby' }],
    ['quay.io/a/b/c/d', { registry: 'quay.io', namespace: 'a', name: 'b/c/d' }],
    ['acme:5000', { name: 'acme', tag: '5000' }],
    ['5000:5000/5000:5000', { registry: '5000:5000', name: '5000', tag: '5000' }],
    ['my.image:1.0', { registry: 'my.image:1.0' }],
    [`my.image:1.0@${SHA256}`, { registry: `my.image:1.0@${SHA256}`, id: SHA256 }],
    ['localhost-cache:1', { registry: 'localhost-cache:1' }],
    ['localhostx/ruby', { namespace: 'localhostx', name: 'ruby' }],
    ['LOCALHOST/ruby', { namespace: 'LOCALHOST', name: 'ruby' }],
    ['QUAY.IO/ruby', { registry: 'QUAY.IO', name: 'ruby' }],
    ['host_1.io/img', { registry: 'host_1.io', name: 'img' }],
    [`ruby@sha256:${'A'.repeat(64)}`, { name: 'ruby', id: `sha256:${'A'.repeat(64)}` }],
    ['my---img', { name: 'my---img' }],
    ['ruby:_x', { name: 'ruby', tag: '_x' }],
  ])('reads %s', (text, parts) => {
    const empty = { registry: '', namespace: '', name: '', tag: '', id: '' };
    expect(parseImageReference(text)).toEqual({ ...empty, ...parts });
  });

  // Evidence: reference-lowercase
  // Evidence: reference-empty
  // Evidence: digest-length
  it.each([
    ['', 'repository name must have at least one component'],
    ['acme/Ruby', 'repository name must be lowercase'],
    ['QUAY.IO', 'repository name must be lowercase'],
    ['acme/RUBY:TAG', 'repository name must be lowercase'],
    ['Acme_Corp/ruby', 'repository name must be lowercase'],
    ['Z'.repeat(256), 'repository name must be lowercase'],
    ['a/\u212a', 'repository name must be lowercase'],
    ['a/\u0130', 'repository name must be lowercase'],
    ['acme/RUBY:', 'invalid reference format'],
    ['ruby\n', 'invalid reference format'],
    ['[::1]:5000/ruby', 'invalid reference format'],
    ['host_1:5000/x', 'invalid reference format'],
    ['ruby@sha256:bad', 'invalid reference format'],
    [`ruby@sha-256:${'a'.repeat(64)}`, 'invalid reference format'],
    [`ruby:${'t'.repeat(129)}`, 'invalid reference format'],
    [`ruby@sha256:${'a'.repeat(32)}`, 'invalid checksum digest length'],
    [`ruby@SHA256:${'a'.repeat(64)}`, 'unsupported digest algorithm'],
  ])('refuses %j in the words of the server', (text, message) => {
    expect(() => parseImageReference(text)).toThrow(ImageReferenceError);
    expect(outcome(text)).toEqual({ message });
  });

  // Evidence: reference-name-length
  it('allows 255 characters of host and path, whatever tag and digest add', () => {
    const longest = `quay.io/${'a'.repeat(247)}`;
    expect(isImageReference(`${longest}:${'t'.repeat(128)}@${SHA256}`)).toBe(true);
    expect(outcome(`${longest}a`)).toEqual({
      message: 'repository name must not be more than 255 characters',
    });
  });

  it('carries code and text on the error', () => {
    const result = tryParseImageReference('UPPER');
    expect(result).toMatchObject({
      type: 'error',
      error: { code: 'NotLowercase', reference: 'UPPER' },
    });
  });

  it('reads any reference back from its exact form, but for a tag beside a digest', () => {
    fc.assert(
      fc.property(referenceLike(), (text) => {
        const result = tryParseImageReference(text);
        fc.pre(result.type === 'reference');
        const { reference } = result;
        fc.pre(reference.name !== '');
        const printed = reference.id === '' ? reference : { ...reference, tag: '' };
        expect(parseImageReference(formatImageReference(reference))).toEqual(printed);
      }),
    );
  });

  it.each([
    ['dashes', 'a' + '-'.repeat(5_000_000)],
    ['underscores', 'a_'.repeat(3_000_000)],
    ['slashes', 'a/'.repeat(3_000_000)],
    ['dots in a host', 'A.'.repeat(3_000_000) + '/x'],
    ['digest parts', 'a@' + 'b.'.repeat(3_000_000)],
    ['at signs', '@'.repeat(5_000_000)],
  ])('gets through megabytes of %s', (_, text) => {
    expect(isImageReference(text)).toBe(false);
  });
});
