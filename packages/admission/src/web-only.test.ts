import { createContext, runInContext } from 'node:vm';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import type { AdmissionReview } from '@imagestream/core';
import { makeRequest, makeStream, postReview } from './review.test-support.js';

/** What every runtime with web requests has: browsers, Deno, Workers, Node. */
const WEB_GLOBALS = {
  AbortController,
  AbortSignal,
  DOMException,
  Headers,
  ReadableStream,
  Request,
  Response,
  TextDecoder,
  TextEncoder,
  URL,
  URLSearchParams,
  atob,
  btoa,
  clearTimeout,
  setTimeout,
};

const SCRIPT = `
  import { createAdmissionHandler } from './index.js';
  import * as policies from './policies/index.js';
  globalThis.handler = createAdmissionHandler({
    policies: [policies.validateObjects(), policies.requireDigest(), policies.stripServerFields()],
  });
`;

/** The library in one file, run where there is nothing of Node: no process, no require, no Buffer. */
async function loadWithWebGlobals(): Promise<(request: Request) => Promise<Response>> {
  const { outputFiles } = await build({
    stdin: { contents: SCRIPT, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2023',
    logLevel: 'silent',
  });
  const context = createContext({ ...WEB_GLOBALS });
  runInContext(outputFiles[0]?.text ?? '', context);
  return (context as { handler: (request: Request) => Promise<Response> }).handler; // Set by the script.
}

test('the handler needs web globals and nothing else', async () => {
  const handler = await loadWithWebGlobals();
  const object = makeStream({
    tags: [{ name: 'v1', generation: 1, from: { kind: 'DockerImage', name: 'quay.io/a/b:1' } }],
  });
  const validated = await handler(postReview(makeRequest({ object })));
  expect((await validated.json()) as AdmissionReview).toMatchObject({
    response: { allowed: false, status: { code: 422 } },
  });
  const mutated = await handler(postReview(makeRequest({ object }), '/mutate'));
  expect((await mutated.json()) as AdmissionReview).toMatchObject({
    response: { allowed: true, patchType: 'JSONPatch' },
  });
});
