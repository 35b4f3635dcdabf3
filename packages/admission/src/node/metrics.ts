import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ReviewReport } from '../handler.js';

/** Reviews take microseconds to milliseconds; an API server waits 10 seconds unless told otherwise. */
const LATENCY_BUCKETS_SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** What a server counts, in the text form of Prometheus. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #latency: Histogram<'type' | 'code'>;
  readonly #reviews: Counter<'type' | 'operation' | 'resource' | 'result'>;
  readonly #verdicts: Counter<'policy' | 'verdict'>;
  readonly #inFlight: Gauge;
  readonly #rejected: Counter;
  readonly #reloads: Counter<'result'>;

  /** `expiresAtMs` says when the certificate in use expires, in milliseconds since 1970. */
  constructor(expiresAtMs: () => number) {
    const registers = [this.#registry];
    const prefix = 'imagestream_admission';
    this.#latency = new Histogram({
      name: `${prefix}_review_duration_seconds`,
      help: 'How long reviews took, from the first byte to the answer.',
      labelNames: ['type', 'code'],
      buckets: LATENCY_BUCKETS_SECONDS,
      registers,
    });
    this.#reviews = new Counter({
      name: `${prefix}_reviews_total`,
      help: 'Reviews by what became of them: allowed, denied, or failed when nothing was decided.',
      labelNames: ['type', 'operation', 'resource', 'result'],
      registers,
    });
    this.#verdicts = new Counter({
      name: `${prefix}_verdicts_total`,
      help: 'What each policy said.',
      labelNames: ['policy', 'verdict'],
      registers,
    });
    this.#inFlight = new Gauge({
      name: `${prefix}_in_flight_reviews`,
      help: 'Reviews under way.',
      registers,
    });
    this.#rejected = new Counter({
      name: `${prefix}_rejected_reviews_total`,
      help: 'Reviews turned away because too many were under way.',
      registers,
    });
    this.#reloads = new Counter({
      name: `${prefix}_certificate_reloads_total`,
      help: 'Changes of the certificate files, by whether the pair could be used.',
      labelNames: ['result'],
      registers,
    });
    new Gauge({
      name: `${prefix}_certificate_expiry_timestamp_seconds`,
      help: 'When the certificate in use expires, in seconds since 1970.',
      registers,
      collect() {
        this.set(expiresAtMs() / 1000);
      },
    });
  }

  /** The media type of {@link format}. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All of it as text. */
  format(): Promise<string> {
    return this.#registry.metrics();
  }

  /** A review begins; call what is returned when its answer is out. */
  begin(): () => void {
    this.#inFlight.inc();
    return () => this.#inFlight.dec();
  }

  /** A review was answered. */
  count({ type, code, allowed, decisions, request }: ReviewReport, seconds: number): void {
    this.#latency.observe({ type, code: String(code) }, seconds);
    const result = allowed === undefined ? 'failed' : allowed ? 'allowed' : 'denied';
    const operation = request?.operation ?? '';
    this.#reviews.inc({ type, operation, resource: boundedName(request), result });
    for (const { policy, verdict } of decisions) this.#verdicts.inc({ policy, verdict });
  }

  /** A review was turned away. */
  countRejected(): void {
    this.#rejected.inc();
  }

  /** The certificate files changed. */
  countReload(result: 'used' | 'refused'): void {
    this.#reloads.inc({ result });
  }
}

const RESOURCES = new Set([
  'images',
  'imagesignatures',
  'imagestreams',
  'imagestreamtags',
  'imagetags',
  'imagestreamimports',
  'imagestreammappings',
]);

/** Whoever posts reviews must not be able to make up label values without end. */
function boundedName(request: ReviewReport['request']): string {
  const name = request?.resource.resource ?? '';
  return name === '' || RESOURCES.has(name) ? name : 'other';
}
