import { readFileSync } from 'node:fs';
import { Agent, request, type RequestOptions } from 'node:https';
import { fileURLToPath } from 'node:url';
import type { AdmissionRequest, AdmissionReview } from '@imagestream/core';
import type { Policy } from '../policy.js';
import { DEFAULT_LIMITS } from './config.js';
import { serve, type RunningWebhook, type ServeOptions } from './serve.js';

/** The path of a file of a test certificate. */
export function tlsFile(name: string): string {
  return fileURLToPath(new URL(`../../testdata/tls/${name}`, import.meta.url));
}

/** Both test certificates, to trust. */
export const TRUSTED: readonly string[] = ['first.crt', 'second.crt'].map((name) =>
  readFileSync(tlsFile(name), 'utf8'),
);

/** What came back over the socket. */
export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
  /** Of the server's certificate. */
  readonly serialNumber: string;
}

/** A webhook on a free port of the loopback interface, with the first certificate. */
export function startWebhook(
  policies: readonly Policy[],
  options: Partial<ServeOptions> = {},
): Promise<RunningWebhook> {
  return serve({
    policies,
    limits: DEFAULT_LIMITS,
    shutdown: { delaySeconds: 0, drainSeconds: 5 },
    port: 0,
    certFile: tlsFile('first.crt'),
    keyFile: tlsFile('first.key'),
    ...options,
  });
}

/** Sends one request; a connection of its own unless an agent is given. */
export function send(
  url: string,
  body: string | Buffer | undefined,
  options: RequestOptions = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const agent = options.agent ?? new Agent({ ca: [...TRUSTED], keepAlive: false });
    const sent = request(
      url,
      {
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'content-type': 'application/json' },
        ...options,
        agent,
      },
      (response) => {
        const chunks: Buffer[] = [];
        const { socket } = response;
        const serialNumber =
          'getPeerX509Certificate' in socket
            ? ((socket as { getPeerX509Certificate(): { serialNumber: string } | undefined }) // A TLS socket has it.
                .getPeerX509Certificate()?.serialNumber ?? '')
            : '';
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
            serialNumber,
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A review as an API server posts it. */
export function toBody(request: AdmissionRequest): string {
  const review: AdmissionReview = {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request,
  };
  return JSON.stringify(review);
}

/** The review of an answer. */
export function reviewOf({ body }: Answer): AdmissionReview {
  return JSON.parse(body) as AdmissionReview; // The tests say what is in it.
}
