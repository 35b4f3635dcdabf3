interface Counter {
  readonly verb: string;
  readonly resource: string;
  readonly code: number;
  count: number;
}

/** Counts what a server does, for `/metrics`. */
export class Metrics {
  readonly #requests = new Map<string, Counter>();
  readonly #openWatches: () => number;

  constructor(openWatches: () => number) {
    this.#openWatches = openWatches;
  }

  /** One request was answered. `resource` is empty for what is none. */
  countRequest(verb: string, resource: string, code: number): void {
    const key = `${verb} ${resource} ${code}`;
    const counter = this.#requests.get(key);
    if (counter === undefined) this.#requests.set(key, { verb, resource, code, count: 1 });
    else counter.count += 1;
  }

  /** The counts in Prometheus' text format. */
  format(): string {
    const requests = [...this.#requests]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { verb, resource, code, count }]) => {
        const labels = `code="${code}",resource="${resource}",verb="${verb}"`;
        return `imagestream_server_requests_total{${labels}} ${count}`;
      });
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
