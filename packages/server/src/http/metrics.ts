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
  #last: Counter | undefined;

  constructor(openWatches: () => number) {
    this.#openWatches = openWatches;
  }

  /** One request was answered. `resource` is empty for what is none. */
  countRequest(verb: string, resource: string, code: number): void {
    // A request is often like the one before it, and comparing costs less than making a key.
    const last = this.#last;
    const isSame = last?.verb === verb && last.resource === resource && last.code === code;
    const counter = isSame ? last : this.#counterOf(verb, resource, code);
    counter.count += 1;
    this.#last = counter;
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

  #counterOf(verb: string, resource: string, code: number): Counter {
    const key = `${verb} ${resource} ${code}`;
    const known = this.#requests.get(key);
    if (known !== undefined) return known;
    const counter = { verb, resource, code, count: 0 };
    this.#requests.set(key, counter);
    return counter;
  }
}
