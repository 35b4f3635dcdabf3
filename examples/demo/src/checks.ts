import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createAdmissionHandler } from '@imagestream/admission';
import { allowedRegistries, requireDigest, validateObjects } from '@imagestream/admission/policies';
import type { AdmissionReview } from '@imagestream/core';
import { stringify } from 'yaml';
import { ok, refused, say, step } from './say.js';
import { brokenStream } from './story.js';

/** The exit code of the linter when it found errors. */
const FOUND_ERRORS = 1;

/** Lints the same object as a file, with the command people run in CI. */
export function lintFile(folder: string): void {
  step('Lint the same object as a file');
  const file = join(folder, 'broken.yaml');
  writeFileSync(file, stringify(brokenStream()));
  const manifest = createRequire(import.meta.url).resolve('@imagestream/lint/package.json');
  const command = join(dirname(manifest), 'dist', 'node', 'cli.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, 'broken.yaml'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...(process.stdout.isTTY === true ? { FORCE_COLOR: '1' } : {}) },
  });
  if (status !== FOUND_ERRORS) throw new Error(`imagestream-lint exited with ${status}: ${stderr}`);
  say(stdout.trimEnd());
}

/** Asks a webhook what a cluster would ask it about the same object. */
export async function reviewRequest(): Promise<void> {
  step('Ask an admission webhook about it');
  const handler = createAdmissionHandler({
    policies: [
      validateObjects(),
      allowedRegistries({ registries: ['registry.example.com'] }),
      requireDigest(),
    ],
  });
  const stream = brokenStream();
  const review = {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      kind: { group: 'image.openshift.io', version: 'v1', kind: 'ImageStream' },
      resource: { group: 'image.openshift.io', version: 'v1', resource: 'imagestreams' },
      name: stream.metadata.name,
      namespace: stream.metadata.namespace,
      operation: 'CREATE',
      userInfo: { username: 'alice' },
      object: stream,
      oldObject: null,
    },
  };
  const response = await handler(
    new Request('https://webhook/validate?timeout=10s', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(review),
    }),
  );
  const answer = (await response.json()) as AdmissionReview; // The handler's own promise.
  if (answer.response?.allowed !== false)
    throw new Error('the webhook let a broken stream through');
  ok(`HTTP ${response.status}, allowed: ${answer.response.allowed}`);
  for (const { field, message } of answer.response.status?.details?.causes ?? []) {
    refused(`${field}: ${message}`);
  }
}
