import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readWebhookSources } from './read-webhooks.js';

const folder = mkdtempSync(join(tmpdir(), 'imagestream-server-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const configuration = (type: string, name: string): string => `
apiVersion: admissionregistration.k8s.io/v1
kind: ${type}WebhookConfiguration
metadata: { name: ${name} }
webhooks:
  - name: ${name}.example.com
    clientConfig: { service: { name: a, namespace: b, path: /${name} } }
    admissionReviewVersions: [v1]
    sideEffects: None
    rules: []
`;

describe('files with webhook configurations', () => {
  test('may hold several, among other objects, and lists', () => {
    const path = write(
      'many.yaml',
      [
        configuration('Validating', 'second'),
        'kind: Service\napiVersion: v1',
        JSON.stringify({ kind: 'List', items: [] }),
        configuration('Mutating', 'first'),
      ].join('\n---\n'),
    );
    const webhooks = readWebhookSources({ sources: [path], serviceAddress: '127.0.0.1:1' });
    expect(webhooks.map(({ type, url }) => [type, url])).toEqual([
      ['mutating', 'https://127.0.0.1:1/first'],
      ['validating', 'https://127.0.0.1:1/second'],
    ]);
  });

  test.each([
    ['none.yaml', 'kind: Service', /none\.yaml: there is no MutatingWebhookConfiguration/],
    ['broken.yaml', 'a: [', /broken\.yaml: /],
    ['service.yaml', configuration('Mutating', 'x'), /--admission-webhook-address/],
  ])('%s is refused with the reason', (name, text, message) => {
    expect(() => readWebhookSources({ sources: [write(name, text)] })).toThrow(message);
  });

  test('that are not there are refused', () => {
    expect(() => readWebhookSources({ sources: ['/nowhere.yaml'] })).toThrow(/nowhere\.yaml: /);
  });
});

test('a URL stands for itself, trusted by the given authority', () => {
  const caFile = write('ca.crt', 'PEM');
  const [webhook] = readWebhookSources({ sources: ['https://x.test/validate'], caFile });
  expect(webhook).toMatchObject({ type: 'validating', caBundle: 'PEM' });
  expect(() => readWebhookSources({ sources: ['http://x.test/validate'] })).toThrow(
    'called by https',
  );
});
