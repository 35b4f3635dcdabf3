import type { AdmissionReview } from '@imagestream/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createAdmissionHandler,
  type AdmissionHandlerOptions,
  type ReviewReport,
} from './handler.js';
import { definePolicy, type Policy } from './policy.js';
import { makeRequest, makeStream, postReview } from './review.test-support.js';
import { allow, deny, patch, refuse, warn } from './verdict.js';

function policy(review: Policy['review'], changes: Partial<Policy> = {}): Policy {
  return definePolicy({
    name: 'test',
    type: 'validating',
    matches: () => true,
    review,
    ...changes,
  });
}

async function ask(
  request: Request,
  options: AdmissionHandlerOptions,
): Promise<{ code: number; review: AdmissionReview }> {
  const response = await createAdmissionHandler(options)(request);
  expect(response.headers.get('content-type')).toBe('application/json');
  return { code: response.status, review: (await response.json()) as AdmissionReview };
}

describe('what was judged', () => {
  test('is answered with 200 and the uid of the request', async () => {
    const { code, review } = await ask(postReview(makeRequest()), { policies: [policy(allow)] });
    expect(code).toBe(200);
    expect(review).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: makeRequest().uid, allowed: true },
    });
  });

  test('carries the causes of every denial, and all warnings', async () => {
    const policies = [
      policy(() => deny([{ type: 'Required', field: 'spec.tags', detail: 'x' }], ['careful']), {
        name: 'a',
      }),
      policy(() => refuse('not today'), { name: 'b' }),
    ];
    const { review } = await ask(postReview(makeRequest()), { policies });
    expect(review.response).toMatchObject({
      allowed: false,
      warnings: ['careful'],
      auditAnnotations: { a: 'deny', b: 'deny' },
      status: {
        code: 422,
        reason: 'Invalid',
        message: 'spec.tags: Required value: x; not today',
        details: {
          kind: 'ImageStream',
          causes: [{ field: 'spec.tags', reason: 'FieldValueRequired' }],
        },
      },
    });
  });

  test('tells the audit log which policies warned, changed or denied', async () => {
    const policies = [
      policy(allow, { name: 'silent' }),
      policy(() => warn('careful'), { name: 'warning' }),
      policy(() => refuse('no'), { name: 'refusing' }),
    ];
    const { review } = await ask(postReview(makeRequest()), { policies });
    expect(review.response?.auditAnnotations).toEqual({ warning: 'warn', refusing: 'deny' });
  });

  test('carries patch and patchType together, and only from the mutating path', async () => {
    const mutating = policy(
      ({ object }) => patch({ ...object, metadata: { ...object?.metadata, labels: { a: 'é' } } }),
      {
        name: 'mutating',
        type: 'mutating',
      },
    );
    const policies = [mutating, policy(allow)];
    const mutated = await ask(postReview(makeRequest(), '/mutate'), { policies });
    const bytes = Uint8Array.from(atob(mutated.review.response?.patch ?? ''), (char) =>
      char.charCodeAt(0),
    );
    expect(mutated.review.response?.patchType).toBe('JSONPatch');
    expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual([
      { op: 'add', path: '/metadata/labels', value: { a: 'é' } },
    ]);
    const validated = await ask(postReview(makeRequest(), '/validate'), { policies });
    expect(validated.review.response).toEqual({ uid: makeRequest().uid, allowed: true });
  });

  test('has neither patch nor patchType when a mutation changes nothing', async () => {
    const policies = [policy(({ object }) => patch(object), { type: 'mutating' })];
    const { review } = await ask(postReview(makeRequest(), '/mutate'), { policies });
    expect(review.response).not.toHaveProperty('patch');
    expect(review.response).not.toHaveProperty('patchType');
  });

  test('shows each mutating policy what the one before left', async () => {
    const add = (key: string): Policy =>
      policy(({ object }) => patch({ ...object, [key]: Object.keys(object ?? {}).length }), {
        name: key,
        type: 'mutating',
      });
    const { review } = await ask(postReview(makeRequest(), '/mutate'), {
      policies: [add('a'), add('b')],
    });
    expect(JSON.parse(atob(review.response?.patch ?? ''))).toMatchObject([
      { path: '/a', value: 4 },
      { path: '/b', value: 5 },
    ]);
  });

  test('stays within the warnings a client gets to see', async () => {
    const texts = Array.from({ length: 100 }, (_, n) => `${n} ${'x'.repeat(300)}\n`);
    const { review } = await ask(postReview(makeRequest()), {
      policies: [policy(() => warn(...texts, 'same', 'same'))],
    });
    const warnings = review.response?.warnings ?? [];
    expect(warnings.join('').length).toBeLessThanOrEqual(4096);
    expect(Math.max(...warnings.map((text) => text.length))).toBeLessThanOrEqual(256);
    expect(warnings.at(-1)).toMatch(/^and \d+ more warnings$/);
    expect(warnings.join('')).not.toContain('\n');
  });
});

describe('what was not judged', () => {
  test('a policy that throws is a fault: 500, neither allowed nor denied', async () => {
    const reports: ReviewReport[] = [];
    const policies = [
      policy(() => {
        throw new Error('database down, password hunter2');
      }),
    ];
    const { code, review } = await ask(postReview(makeRequest()), {
      policies,
      onReview: (report) => reports.push(report),
    });
    expect(code).toBe(500);
    expect(review.response).toMatchObject({ uid: makeRequest().uid, allowed: false });
    expect(JSON.stringify(review)).not.toContain('hunter2');
    expect(reports[0]).not.toHaveProperty('allowed');
    expect(String(reports[0]?.error)).toContain('policy test: database down');
  });

  test('a validating policy that patches is a fault', async () => {
    const { code } = await ask(postReview(makeRequest()), {
      policies: [policy(({ object }) => patch(object))],
    });
    expect(code).toBe(500);
  });

  test('a policy that does not decide in time gets 504, although it never heeds the signal', async () => {
    const policies = [policy(() => new Promise(() => undefined))];
    const { code } = await ask(postReview(makeRequest(), '/validate?timeout=40ms'), { policies });
    expect(code).toBe(504);
  });

  test.each<[string, Request, number]>([
    ['a GET', new Request('https://webhook.test/validate'), 405],
    ['another path', new Request('https://webhook.test/other', { method: 'POST' }), 404],
    [
      'another content type',
      new Request('https://webhook.test/validate', { method: 'POST', body: 'x' }),
      415,
    ],
  ])('%s gets its own code', async (_, request, expected) => {
    const { code, review } = await ask(request, { policies: [] });
    expect(code).toBe(expected);
    expect(review.response?.allowed).toBe(false);
  });

  test('a body over the limit gets 413', async () => {
    const request = postReview(makeRequest({ object: makeStream({ text: 'x'.repeat(2000) }) }));
    const { code } = await ask(request, { policies: [], maxBodyBytes: 1000 });
    expect(code).toBe(413);
  });

  test.each([
    ['', 'not JSON'],
    ['[]', 'not an object'],
    ['{}', 'kind is missing'],
    [
      '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1"}',
      'expected "admission.k8s.io/v1"',
    ],
    ['{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}', 'request is missing'],
    [
      '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":7}}',
      'request.uid is missing',
    ],
  ])('the body %j gets 400 and says what is wrong', async (body, problem) => {
    const request = new Request('https://webhook.test/validate', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const { code, review } = await ask(request, { policies: [policy(allow)] });
    expect(code).toBe(400);
    expect(review.response?.status?.message).toContain(problem);
  });

  test.each<[string, Record<string, unknown>]>([
    ['operation', { operation: 'create' }],
    ['kind', { kind: 'ImageStream' }],
    ['resource', { resource: { group: 1 } }],
    ['object', { object: null }],
    ['oldObject', { operation: 'UPDATE', oldObject: {} }],
    ['namespace', { namespace: 3 }],
  ])('a request with a wrong %s gets 400 with its uid', async (_, changes) => {
    const body = {
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      request: { ...makeRequest(), ...changes },
    };
    const request = new Request('https://webhook.test/validate', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { code, review } = await ask(request, { policies: [policy(allow)] });
    expect(code).toBe(400);
    expect(review.response?.uid).toBe(makeRequest().uid);
  });

  test('any body at all gets a valid review', async () => {
    const handler = createAdmissionHandler({ policies: [policy(allow)] });
    const valid = JSON.stringify({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      request: makeRequest(),
    });
    const cut = fc
      .tuple(fc.nat(valid.length), fc.string())
      .map(([at, junk]) => valid.slice(0, at) + junk + valid.slice(at + 3));
    const bodies = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json(), cut);
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const headers = { 'content-type': 'application/json' };
        const request = new Request('https://webhook.test/validate', {
          method: 'POST',
          headers,
          body: body as BodyInit,
        });
        const response = await handler(request);
        const review = (await response.json()) as AdmissionReview;
        expect([200, 400]).toContain(response.status);
        expect(review.kind).toBe('AdmissionReview');
        expect(typeof review.response?.uid).toBe('string');
        expect(review.response?.allowed).toBe(response.status === 200);
      }),
      { numRuns: 300 },
    );
  });
});

test('two policies of one name are refused when the handler is made', () => {
  expect(() => createAdmissionHandler({ policies: [policy(allow), policy(allow)] })).toThrow(
    'two policies are named "test"',
  );
});
