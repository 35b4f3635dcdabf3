import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createLinter, type Finding } from '@imagestream/lint';
import { toStatusCauses, type AdmissionReview, type KubeObject } from '@imagestream/core';
import { describe, expect, test } from 'vitest';
import { makeRequest, makeStream } from '../review.test-support.js';
import { fitWarnings } from '../warning-budget.js';
import { makeLintPolicy } from './lint-policy.js';
import { reviewOf, send, startWebhook, toBody } from './socket.test-support.js';

const reviews = fileURLToPath(new URL('../../testdata/reviews/', import.meta.url));

/** The objects of the recorded reviews, and some with much to find. */
const OBJECTS: readonly KubeObject[] = [
  ...readdirSync(reviews).flatMap((file) => {
    const review = JSON.parse(
      readFileSync(`${reviews}${file}`, 'utf8'),
    ) as AdmissionReview<KubeObject>;
    return review.request?.object ?? [];
  }),
  makeStream({
    dockerImageRepository: 'quay.io/a/b',
    tags: [
      { name: 'latest', from: { kind: 'DockerImage', name: 'nginx' } },
      { name: 'v1', from: { kind: 'ImageStreamTag', name: 'app@v1' } },
      { name: 'v1', from: { kind: 'DockerImage', name: 'Quay.io/A/b:1@sha256:0' } },
      { name: 'v 2', importPolicy: { insecure: true, scheduled: true } },
    ],
  }),
  makeStream({}, { name: 'Not A Name', annotations: { 'openshift.io/display-name': '' } }),
];

/** What the webhook must say about what the linter found. */
function expected(findings: readonly Finding[]): object {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const warnings = findings
    .filter(({ severity }) => severity === 'warning')
    .map(({ field, message, rule }) => `${field === '' ? '' : `${field}: `}${message} (${rule})`);
  const causes = toStatusCauses(
    errors.map(({ field, message, rule }) => ({ type: 'Forbidden', field, detail: message, rule })),
  );
  const fitting = fitWarnings(warnings);
  return {
    allowed: errors.length === 0,
    ...(fitting.length === 0 ? {} : { warnings: fitting }),
    ...(errors.length === 0 ? {} : { status: { details: { causes } } }),
  };
}

describe('the rules of the linter', () => {
  test('find the same over the socket as in a file', async () => {
    const linter = createLinter({ preset: 'recommended' });
    const webhook = await startWebhook([await makeLintPolicy({ preset: 'recommended' })]);
    let found = 0;
    try {
      for (const object of OBJECTS) {
        const { findings } = linter.lint(JSON.stringify(object));
        found += findings.length;
        const answer = await send(`${webhook.url}/validate`, toBody(makeRequest({ object })));
        expect(reviewOf(answer).response).toMatchObject(expected(findings));
      }
    } finally {
      await webhook.stop();
    }
    expect(found).toBeGreaterThan(10);
  });

  test.each([
    [{ preset: 'recomended' }, /policy lint: there is no preset "recomended"/],
    [{ rules: { 'no-such-rule': 'off' } }, /policy lint: there is no rule "no-such-rule"/],
  ])('a setting they do not know is refused: %j', async (options, message) => {
    await expect(makeLintPolicy(options)).rejects.toThrow(message);
  });
});
