import { readFileSync } from 'node:fs';
import { type FieldError, formatFieldError } from '@imagestream/core';
import type { ImageStream, StreamLookup } from '@imagestream/image-v1';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Operation, ValidationContext } from './context.js';
import { validate } from './validate.js';

interface Example {
  operation?: Operation;
  object: unknown;
  old?: unknown;
  context?: ValidationContext;
  streams?: ImageStream[];
  failingStreams?: string;
  denies?: boolean;
}

interface Rule {
  id: string;
  message?: string;
  fails?: Example;
  passes?: Example;
}

function readRules(): Rule[] {
  const text = readFileSync(new URL('../../../spec/rules.yaml', import.meta.url), 'utf8');
  const { rules } = parse(text, reviveRepeats) as { rules: Rule[] };
  return rules;
}

/** `{ $repeat: [text, times] }` in the file stands for a text too long to write down. */
function reviveRepeats(_: unknown, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('$repeat' in value)) return value;
  const [text, times] = value.$repeat as [string, number];
  return text.repeat(times);
}

function run(example: Example): FieldError[] {
  const {
    operation = 'object',
    object,
    old,
    context = {},
    streams,
    failingStreams,
    denies,
  } = example;
  const findStream = (name: { name: string }): StreamLookup => {
    if (failingStreams !== undefined) return { type: 'failed', message: failingStreams };
    if (streams === undefined) return { type: 'unknown' };
    const stream = streams.find(({ metadata }) => metadata.name === name.name);
    return stream === undefined ? { type: 'notFound' } : { type: 'found', stream };
  };
  return validate(object, {
    ...context,
    operation,
    oldObject: old,
    findStream,
    reviewAccess: () => (denies === true ? { reason: '', evaluationError: '' } : undefined),
  });
}

/** Rules whose finding is part of the message of another one. */
const WRAPPED = ['stream-follow-', 'stream-access'];

const reported = readRules().flatMap(({ id, message, fails, passes }) => {
  return message === undefined || fails === undefined || passes === undefined
    ? []
    : [{ id, message, fails, passes }];
});

describe('the examples of spec/rules.yaml', () => {
  it.each(reported)('$id is reported with its message', ({ id, message, fails }) => {
    const errors = run(fails);
    const found = errors.find((error) => formatFieldError(error) === message);
    const rule = WRAPPED.some((prefix) => id.startsWith(prefix)) ? 'stream-follow-wrapped' : id;
    expect({ messages: errors.map(formatFieldError), rule: found?.rule }).toEqual({
      messages: expect.arrayContaining([message]) as string[],
      rule,
    });
  });

  it.each(reported)('$id leaves its good example alone', ({ passes }) => {
    expect(run(passes).map(formatFieldError)).toEqual([]);
  });
});
