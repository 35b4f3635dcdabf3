import { createServer, type Server, type ServerOptions } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP, type AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { createAdmissionHandler, type ReviewReport } from '../handler.js';
import { makeFailure } from '../respond.js';
import { CertificateSource, type KeyPair } from './certificate.js';
import type { AdmissionConfig } from './config.js';
import { logReview, type Log } from './log.js';
import { Metrics } from './metrics.js';
import { sendResponse, toRequest } from './node-adapter.js';

/** Where and with what a webhook is served. */
export interface ServeOptions extends AdmissionConfig {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0 = any free one. Default 8443. */
  readonly port?: number;
  readonly certFile: string;
  readonly keyFile: string;
  /** How often the certificate files are looked at besides being watched, in milliseconds; default 30 000. */
  readonly certificatePollMs?: number;
  /** Gets every event; default none does. */
  readonly log?: Log;
}

/** A webhook that listens. */
export interface RunningWebhook {
  /** Such as `https://127.0.0.1:8443`. */
  readonly url: string;
  readonly port: number;
  /**
   * Goes without losing a request: `/readyz` fails from now on while everything is still answered; after the delay no
   * connection is taken any more; what is under way is finished; what is not when the drain time is over is cut.
   */
  stop(): Promise<void>;
}

/**
 * What one client may hold: headers and body must come in time, so that slow and half-open connections cost nothing for
 * long. Times in milliseconds; connections are kept longer than the minute and a half an API server keeps idle ones.
 */
const CONNECTION_LIMITS: ServerOptions = {
  headersTimeout: 5000,
  requestTimeout: 15_000,
  keepAliveTimeout: 95_000,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: 32 * 1024,
  noDelay: true,
};

/** Serves a webhook over HTTPS. Rejects with a UsageError for an unusable certificate, or when the port is taken. */
export async function serve(options: ServeOptions): Promise<RunningWebhook> {
  const webhook = new Webhook(options);
  try {
    await webhook.listen();
  } catch (error) {
    webhook.close();
    throw error;
  }
  return webhook;
}

class Webhook implements RunningWebhook {
  readonly #options: ServeOptions;
  readonly #log: Log;
  readonly #metrics: Metrics;
  readonly #certificate: CertificateSource;
  readonly #server: Server;
  readonly #handle: (request: Request) => Promise<Response>;
  /** When the reviews under way began. */
  readonly #started = new WeakMap<Request, number>();
  #state: 'serving' | 'leaving' | 'stopped' = 'serving';
  #inFlight = 0;
  #stopping: Promise<void> | undefined;

  constructor(options: ServeOptions) {
    this.#options = options;
    this.#log = options.log ?? ((): void => undefined);
    this.#metrics = new Metrics(() => this.#certificate.current.expiresAtMs);
    this.#certificate = new CertificateSource({
      certFile: options.certFile,
      keyFile: options.keyFile,
      ...(options.certificatePollMs === undefined ? {} : { pollMs: options.certificatePollMs }),
      onChange: (pair) => this.#useCertificate(pair),
      onProblem: (problem) => this.#refuseCertificate(problem),
    });
    this.#handle = createAdmissionHandler({
      policies: options.policies,
      maxBodyBytes: options.limits.maxBodyBytes,
      budgetMs: options.limits.budgetMs,
      onReview: (report, request) => this.#note(report, request),
    });
    const { cert, key } = this.#certificate.current;
    this.#server = createServer({ ...CONNECTION_LIMITS, cert, key }, (message, answer) => {
      this.#answer(message, answer).catch((error: unknown) => {
        this.#log('error', 'an answer could not be sent', { error: String(error) });
        answer.destroy();
      });
    });
    this.#server.maxConnections = options.limits.maxConnections;
    this.#server.maxHeadersCount = 100;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port; // It listens on TCP.
  }

  get url(): string {
    const { host = '127.0.0.1' } = this.#options;
    return `https://${isIP(host) === 6 ? `[${host}]` : host}:${this.port}`;
  }

  async listen(): Promise<void> {
    const { host = '127.0.0.1', port = 8443 } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.removeListener('error', reject);
        resolve();
      });
    });
    const { serialNumber } = this.#certificate.current;
    this.#log('info', 'listening', { url: this.url, serialNumber });
  }

  close(): void {
    this.#certificate.close();
    this.#server.closeAllConnections();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#leave();
    return this.#stopping;
  }

  async #leave(): Promise<void> {
    const { delaySeconds, drainSeconds } = this.#options.shutdown;
    this.#state = 'leaving';
    this.#log('info', 'leaving', { delaySeconds, drainSeconds, inFlight: this.#inFlight });
    await new Promise((resolve) => setTimeout(resolve, delaySeconds * 1000));
    this.#state = 'stopped';
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => {
        this.#log('warn', 'cut what was still under way', { inFlight: this.#inFlight });
        this.#server.closeAllConnections();
      }, drainSeconds * 1000);
      this.#server.close(() => {
        clearTimeout(force);
        resolve();
      });
      this.#server.closeIdleConnections();
    });
    this.#certificate.close();
    this.#log('info', 'stopped');
  }

  #useCertificate(pair: KeyPair): void {
    this.#server.setSecureContext({ cert: pair.cert, key: pair.key });
    this.#metrics.countReload('used');
    const expires = new Date(pair.expiresAtMs).toISOString();
    this.#log('info', 'certificate replaced', { serialNumber: pair.serialNumber, expires });
  }

  #refuseCertificate(problem: string): void {
    this.#metrics.countReload('refused');
    this.#log('warn', 'certificate kept, the new one cannot be used', { problem });
  }

  async #answer(message: IncomingMessage, answer: ServerResponse): Promise<void> {
    // The message lets go of it once the answer is out.
    const { socket } = message;
    const path = (message.url ?? '/').split('?', 1)[0] ?? '/';
    const response = await this.#respond(path, message);
    await sendResponse(response, answer, { isLast: this.#state !== 'serving' });
    // What is left of a body nobody wanted must not be taken for the next request.
    if (!message.complete) socket.destroySoon();
  }

  async #respond(path: string, message: IncomingMessage): Promise<Response> {
    switch (path) {
      case '/healthz':
      case '/livez':
        return text(200, 'ok\n');
      case '/readyz':
        return this.#state === 'serving' ? text(200, 'ok\n') : text(503, 'leaving\n');
      case '/metrics':
        return text(200, await this.#metrics.format(), this.#metrics.contentType);
      default:
        return await this.#review(message);
    }
  }

  async #review(message: IncomingMessage): Promise<Response> {
    if (this.#inFlight >= this.#options.limits.maxConcurrentReviews) {
      this.#metrics.countRejected();
      const review = makeFailure('', 503, 'too many reviews are under way; try again');
      return Response.json(review, { status: 503, headers: { 'retry-after': '1' } });
    }
    const end = this.#metrics.begin();
    this.#inFlight += 1;
    const request = toRequest(message);
    this.#started.set(request, performance.now());
    try {
      return await this.#handle(request);
    } finally {
      this.#inFlight -= 1;
      end();
    }
  }

  #note(report: ReviewReport, request: Request): void {
    const seconds = (performance.now() - (this.#started.get(request) ?? 0)) / 1000;
    this.#metrics.count(report, seconds);
    logReview(this.#log, report, seconds);
  }
}

function text(status: number, body: string, type = 'text/plain; charset=utf-8'): Response {
  return new Response(body, { status, headers: { 'content-type': type } });
}
