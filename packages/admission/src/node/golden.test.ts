import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readConfig } from './config.js';
import { replayReview } from './replay.js';

const testdata = fileURLToPath(new URL('../../testdata/', import.meta.url));
const { policies } = await readConfig(readFileSync(`${testdata}golden.yaml`, 'utf8'));

test.each(readdirSync(`${testdata}reviews`))('%s is judged as the file says', async (file) => {
  const body = readFileSync(`${testdata}reviews/${file}`, 'utf8');
  const validated = await replayReview(body, policies, 'validating');
  const mutated = await replayReview(body, policies, 'mutating');
  await expect(`validate: ${validated.text}mutate: ${mutated.text}`).toMatchFileSnapshot(
    `${testdata}verdicts/${file.replace('.json', '.txt')}`,
  );
});

test.each(readdirSync(`${testdata}reviews`))('%s is mutated once and for all', async (file) => {
  const review = JSON.parse(readFileSync(`${testdata}reviews/${file}`, 'utf8')) as {
    request: { object: object | null };
  };
  const mutated = await replayReview(JSON.stringify(review), policies, 'mutating');
  const again = await replayReview(
    JSON.stringify({ ...review, request: { ...review.request, object: mutated.object ?? null } }),
    policies,
    'mutating',
  );
  expect(again.object).toEqual(mutated.object);
});
