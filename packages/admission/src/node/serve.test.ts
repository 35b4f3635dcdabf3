import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { definePolicy, type Policy } from '../policy.js';
import { makeRequest, makeStream } from '../review.test-support.js';
import { requireDigest } from '../policies/require-digest.js';
import { stripServerFields } from '../policies/strip-server-fields.js';
import { allow } from '../verdict.js';
import { DEFAULT_LIMITS } from './config.js';
import type { Log } from './log.js';
import type { RunningWebhook, ServeOptions } from './serve.js';
import { reviewOf, send, startWebhook, tlsFile, toBody, TRUSTED } from './socket.test-support.js';

const running: RunningWebhook[] = [];
const folders: string[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((webhook) => webhook.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function start(
  policies: readonly Policy[] = [requireDigest(), stripServerFields()],
  options: Partial<ServeOptions> = {},
): Promise<RunningWebhook> {
  const webhook = await startWebhook(policies, options);
  running.push(webhook);
  return webhook;
}

/** A promise that is resolved by hand. */
function makeGate(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

/** A policy that waits until it is told to go on. */
function waitingPolicy(): { policy: Policy; begun: Promise<void>; goOn: () => void } {
  const begun = makeGate();
  const gate = makeGate();
  const policy = definePolicy({
    name: 'waits',
    type: 'validating',
    matches: () => true,
    review: async () => {
      begun.resolve();
      await gate.promise;
      return allow();
    },
  });
  return { policy, begun: begun.promise, goOn: () => gate.resolve() };
}

/** Sends bytes as they are and gives all that comes back until the connection closes. */
function talk(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', ca: [...TRUSTED], servername: 'localhost' });
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    socket.write(bytes);
  });
}

const BAD = makeRequest({
  object: makeStream({
    tags: [{ name: 'v1', from: { kind: 'DockerImage', name: 'quay.io/a/b:1' } }],
  }),
});

describe('paths', () => {
  test('a review is judged and answered with the reason', async () => {
    const { url } = await start();
    const answer = await send(`${url}/validate?timeout=5s`, toBody(BAD));
    expect(answer.status).toBe(200);
    expect(reviewOf(answer).response).toMatchObject({
      uid: BAD.uid,
      allowed: false,
      status: { code: 422, details: { causes: [{ field: 'spec.tags[v1].from.name' }] } },
    });
  });

  test('a mutation comes as a patch', async () => {
    const { url } = await start();
    const object = makeStream({ tags: [{ name: 'v1', generation: 7 }] });
    const answer = await send(`${url}/mutate`, toBody(makeRequest({ object })));
    const patch = Buffer.from(reviewOf(answer).response?.patch ?? '', 'base64').toString();
    expect(JSON.parse(patch)).toEqual([{ op: 'remove', path: '/spec/tags/0/generation' }]);
  });

  test.each(['/livez', '/healthz', '/readyz'])('%s says ok', async (path) => {
    const { url } = await start();
    expect(await send(`${url}${path}`, undefined)).toMatchObject({ status: 200, body: 'ok\n' });
  });

  test('any other path is 404 with a valid review', async () => {
    const { url } = await start();
    const answer = await send(`${url}/elsewhere`, '{}');
    expect(answer.status).toBe(404);
    expect(reviewOf(answer)).toMatchObject({
      kind: 'AdmissionReview',
      response: { allowed: false },
    });
  });

  test('metrics count reviews, verdicts by policy and the expiry of the certificate', async () => {
    const { url } = await start();
    await send(`${url}/validate`, toBody(BAD));
    const { body, headers } = await send(`${url}/metrics`, undefined);
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(body).toContain(
      'imagestream_admission_verdicts_total{policy="require-digest",verdict="deny"} 1',
    );
    expect(body).toContain('result="denied"} 1');
    expect(body).toContain(
      'imagestream_admission_review_duration_seconds_count{type="validating",code="200"} 1',
    );
    expect(body).toMatch(/^imagestream_admission_in_flight_reviews 0$/m);
    const expiry = /^imagestream_admission_certificate_expiry_timestamp_seconds (\d+)$/m.exec(body);
    expect(new Date(Number(expiry?.[1]) * 1000).getUTCFullYear()).toBe(2126);
  });

  test('made-up resources do not make up label values', async () => {
    const { url } = await start();
    for (const resource of ['a1', 'a2']) {
      const { resource: given } = makeRequest();
      await send(`${url}/validate`, toBody(makeRequest({ resource: { ...given, resource } })));
    }
    const { body } = await send(`${url}/metrics`, undefined);
    expect(body).toMatch(/resource="other",result="allowed"} 2/);
  });
});

describe('the log', () => {
  test('has a line per review, with the verdicts and without the object', async () => {
    const lines: unknown[] = [];
    const log: Log = (level, message, fields) => void lines.push({ level, message, ...fields });
    const { url } = await start(undefined, { log });
    const object = makeStream({}, { annotations: { secret: 'hunter2' } });
    await send(`${url}/validate`, toBody(makeRequest({ object, name: 'app' })));
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'info',
        message: 'review',
        operation: 'CREATE',
        resource: 'imagestreams.image.openshift.io',
        namespace: 'web',
        allowed: true,
        verdicts: { 'require-digest': 'allow' },
      }),
    );
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });
});

describe('whatever is posted', () => {
  test('gets a valid review, never an allowance', async () => {
    const { url } = await start();
    const valid = toBody(BAD);
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
      fc.nat(valid.length - 1).map((end) => Buffer.from(valid.slice(0, end))),
      fc
        .tuple(fc.nat(valid.length - 1), fc.string({ maxLength: 3 }))
        .map(([at, text]) => Buffer.from(valid.slice(0, at) + text + valid.slice(at + 1))),
    );
    const types = fc.constantFrom(
      'application/json',
      'text/plain',
      'application/json; charset=utf-8',
    );
    await fc.assert(
      fc.asyncProperty(
        body,
        types,
        fc.constantFrom(
          '/validate',
          '/validate?timeout=1s',
          '/mutate?timeout=%zz',
          '/x/validate?timeout=-1',
        ),
        async (bytes, type, path) => {
          const answer = await send(`${url}${path}`, bytes, { headers: { 'content-type': type } });
          const review = reviewOf(answer);
          expect(review).toMatchObject({
            apiVersion: 'admission.k8s.io/v1',
            kind: 'AdmissionReview',
            response: { uid: expect.any(String) as string },
          });
          if (answer.status !== 200) expect(review.response?.allowed).toBe(false);
          expect([200, 400, 415]).toContain(answer.status);
        },
      ),
      { numRuns: 150 },
    );
    expect((await send(`${url}/validate`, toBody(BAD))).status).toBe(200);
  });

  test.each([
    ['POST // HTTP/1.1', 404],
    ['POST http://evil.test/validate HTTP/1.1', 404],
    ['POST /validate?timeout=%ff%zz HTTP/1.1', 400],
    ['OPTIONS * HTTP/1.1', 404],
    ['TRACE /validate HTTP/1.1', 405],
    ['PUT /validate HTTP/1.1', 405],
    ['BREW /validate HTTP/1.1', 400],
  ])('%s is answered with %d', async (line, code) => {
    const { port } = await start();
    const answer = await talk(port, `${line}\r\nhost: [x\r\nconnection: close\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${code} `));
    expect(answer).not.toContain('"allowed":true');
  });

  test('a body beyond the limit is 413', async () => {
    const limits = { ...DEFAULT_LIMITS, maxBodyBytes: 2048 };
    const { url } = await start(undefined, { limits });
    const answer = await send(`${url}/validate`, 'x'.repeat(3000));
    expect(answer.status).toBe(413);
    expect(reviewOf(answer).response?.allowed).toBe(false);
  });

  test('a body that does not come in time is 408, and the connection is cut', async () => {
    const { port } = await start();
    const answer = await talk(
      port,
      'POST /validate?timeout=100ms HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"allowed":false');
  });

  test('more reviews than are allowed at a time are turned away at once', async () => {
    const { policy, begun, goOn } = waitingPolicy();
    const limits = { ...DEFAULT_LIMITS, maxConcurrentReviews: 1 };
    const { url } = await start([policy], { limits });
    const first = send(`${url}/validate`, toBody(BAD));
    await begun;
    const second = await send(`${url}/validate`, toBody(BAD));
    goOn();
    expect(second).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(reviewOf(second).response?.allowed).toBe(false);
    expect((await first).status).toBe(200);
  });
});

describe('certificates', () => {
  let folder: string;
  const put = (name: 'first' | 'second'): void => {
    copyFileSync(tlsFile(`${name}.crt`), join(folder, 'tls.crt'));
    copyFileSync(tlsFile(`${name}.key`), join(folder, 'tls.key'));
  };
  const files = (): Partial<ServeOptions> => ({
    certFile: join(folder, 'tls.crt'),
    keyFile: join(folder, 'tls.key'),
    certificatePollMs: 50,
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'imagestream-admission-'));
    folders.push(folder);
    put('first');
  });

  test('a replaced pair is used for new connections, and no request under load fails', async () => {
    const { url } = await start(undefined, files());
    const before = (await send(`${url}/livez`, undefined)).serialNumber;
    let isDone = false;
    const seen = new Set<string>();
    const load = async (): Promise<void> => {
      while (!isDone) {
        const answer = await send(`${url}/validate`, toBody(BAD));
        expect(answer.status).toBe(200);
        seen.add(answer.serialNumber);
        if (seen.size === 2) isDone = true;
      }
    };
    const loads = [load(), load(), load()];
    put('second');
    await Promise.all(loads);
    expect([...seen][0]).toBe(before);
    const { body } = await send(`${url}/metrics`, undefined);
    expect(body).toContain('certificate_reloads_total{result="used"} 1');
  });

  test('a pair that does not fit together is not used, and the next good one is', async () => {
    const problems: unknown[] = [];
    const refused = makeGate();
    const log: Log = (level, message, fields) => {
      if (level === 'warn') {
        problems.push({ message, ...fields });
        refused.resolve();
      }
    };
    const { url } = await start(undefined, { ...files(), log });
    const before = (await send(`${url}/livez`, undefined)).serialNumber;
    copyFileSync(tlsFile('second.crt'), join(folder, 'tls.crt'));
    await refused.promise;
    expect((await send(`${url}/livez`, undefined)).serialNumber).toBe(before);
    expect(JSON.stringify(problems)).toContain('does not belong to the certificate');
    put('second');
    await expect
      .poll(async () => (await send(`${url}/livez`, undefined)).serialNumber, { timeout: 10_000 })
      .not.toBe(before);
  });

  test('a server does not start without a usable pair', async () => {
    writeFileSync(join(folder, 'tls.key'), 'nothing');
    await expect(start(undefined, files())).rejects.toThrow(/tls\.key: /);
  });
});

describe('stopping', () => {
  test('fails readiness first, goes on answering, finishes what is under way, then closes', async () => {
    const { policy, begun, goOn } = waitingPolicy();
    const webhook = await start([policy], { shutdown: { delaySeconds: 1, drainSeconds: 5 } });
    const { url } = webhook;
    const waiting = send(`${url}/validate`, toBody(BAD));
    await begun;
    const stopping = webhook.stop();
    expect(await send(`${url}/readyz`, undefined)).toMatchObject({ status: 503 });
    expect((await send(`${url}/livez`, undefined)).status).toBe(200);
    const late = send(`${url}/validate`, toBody(BAD));
    goOn();
    expect((await waiting).status).toBe(200);
    expect(await late).toMatchObject({ status: 200, headers: { connection: 'close' } });
    await stopping;
    await expect(send(`${url}/livez`, undefined)).rejects.toThrow('ECONNREFUSED');
  });

  test('a rolling restart under load loses no request', async () => {
    const shutdown = { delaySeconds: 1, drainSeconds: 5 };
    let current = await start(undefined, { shutdown });
    let isDone = false;
    let count = 0;
    const load = async (): Promise<void> => {
      while (!isDone) {
        expect((await send(`${current.url}/validate`, toBody(BAD))).status).toBe(200);
        count += 1;
      }
    };
    const loads = [load(), load(), load()];
    for (let restart = 0; restart < 2; restart += 1) {
      const old = current;
      const next = await start(undefined, { shutdown });
      const stopping = old.stop();
      // As endpoints are updated: some time after readiness failed.
      expect((await send(`${old.url}/readyz`, undefined)).status).toBe(503);
      current = next;
      await stopping;
    }
    isDone = true;
    await Promise.all(loads);
    expect(count).toBeGreaterThan(10);
  });
});
