import { readFileSync } from 'node:fs';
import { formatFieldError } from '@imagestream/core';
import type { ImageStream, StreamLookup } from '@imagestream/image-v1';
import { describe, expect, it } from 'vitest';
import type { Operation } from './context.js';
import { validate } from './validate.js';

interface RecordedCase {
  operation: Operation;
  object: { kind: string };
  old?: unknown;
  /** Streams that the recording server had, where the answer depends on one. */
  streams?: ImageStream[];
  /** Every distinct message of the answer. */
  messages: string[];
}

function readCases(): RecordedCase[] {
  const text = readFileSync(new URL('../testdata/validation.jsonl', import.meta.url), 'utf8');
  const lines = text.trimEnd().split('\n').slice(1);
  return lines.map((line) => JSON.parse(line) as RecordedCase);
}

function judge({ operation, object, old, streams = [] }: RecordedCase): string[] {
  const findStream = ({ name }: { name: string }): StreamLookup => {
    const stream = streams.find(({ metadata }) => metadata.name === name);
    return stream === undefined ? { type: 'unknown' } : { type: 'found', stream };
  };
  const errors = validate(object, { operation, oldObject: old, findStream });
  return errors.map(formatFieldError).sort();
}

const cases = readCases();

describe('validate, against the recorded answers of a real server', () => {
  it('has 800 cases to compare with', () => {
    expect(cases).toHaveLength(800);
  });

  it.each([...new Set(cases.map(({ object }) => object.kind))])('agrees about every %s', (kind) => {
    const disagreements = cases
      .filter(({ object }) => object.kind === kind)
      .map((recorded) => ({ recorded, got: judge(recorded), want: [...recorded.messages].sort() }))
      .filter(({ got, want }) => JSON.stringify(got) !== JSON.stringify(want));
    expect(disagreements).toEqual([]);
  });

  it('marks every error with the rule that found it', () => {
    const errors = cases.flatMap(({ operation, object, old }) =>
      validate(object, { operation, oldObject: old }),
    );
    expect(errors.filter(({ rule }) => rule === undefined)).toEqual([]);
  });
});
