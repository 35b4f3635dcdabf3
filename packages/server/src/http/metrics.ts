/** Counts what a server does, for `/metrics`. */
export class Metrics {
  readonly #requests = new Map<string, number>();
  readonly #openWatches: () => number;

  constructor(openWatches: () => number) {
    this.#openWatches = openWatches;
  }

  /** One request was answered. `resource` is empty for what is none. */
  countRequest(verb: string, resource: string, code: number): void {
    const labels = `code="${code}",resource="${resource}",verb="${verb}"`;
    this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + 1);
  }

  /** The counts in Prometheus' text format. */
  format(): string {
    const requests = [...this.#requests]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([labels, count]) => `imagestream_server_requests_total{${labels}} ${count}`);
    return [
      '# HELP imagestream_server_requests_total Requests answered.',
      '# TYPE imagestream_server_requests_total counter',
      ...requests,
      '# HELP imagestream_server_watches Watches that are open.',
      '# TYPE imagestream_server_watches gauge',
      `imagestream_server_watches ${this.#openWatches()}`,
      '',
    ].join('\n');
  }
}
