import type { ImageServer, ServerAnswer, ServerRequest } from '@imagestream/server';

/** A request as a fixture tells it. */
export interface SeenRequest {
  method: string;
  path: string;
  accept?: string;
  contentType?: string;
  body?: unknown;
  status: number;
  /** The media type of the answer. */
  responseType?: string;
}

/** A request on its way, filled in as it goes. */
interface Passing {
  request: ServerRequest;
  body?: Uint8Array;
  answer?: ServerAnswer;
}

/** Notes down the requests that pass through to a server. */
export class RequestLog {
  readonly #handle: ImageServer['handle'];
  #passing: Passing[] = [];

  constructor(server: Pick<ImageServer, 'handle'>) {
    this.#handle = server.handle;
  }

  readonly handle: ImageServer['handle'] = async (request) => {
    const entry: Passing = { request };
    this.#passing.push(entry);
    const listening: ServerRequest = {
      method: request.method,
      target: request.target,
      signal: request.signal,
      header: (name) => request.header(name),
      headerValues: (name) => request.headerValues(name),
      headerNames: () => request.headerNames(),
      body: async (limitBytes) => (entry.body = await request.body(limitBytes)),
    };
    entry.answer = await this.#handle(listening);
    return entry.answer;
  };

  /** Whether a request to a path (with its query) has come in since the last call of `take`. */
  has(matches: (path: string) => boolean): boolean {
    return this.#passing.some(({ request }) => matches(request.target));
  }

  /** How many of the requests since the last call of `take` have an answer. */
  answered(): number {
    return this.#passing.filter(({ answer }) => answer !== undefined).length;
  }

  /** What came in since the last call of `take`. */
  seen(): SeenRequest[] {
    return this.#passing.map(describe);
  }

  /** Hands over what came in since the last call. */
  take(): SeenRequest[] {
    const seen = this.seen();
    this.#passing = [];
    return seen;
  }
}

function describe({ request, body, answer }: Passing): SeenRequest {
  const accept = request.header('accept');
  const contentType = request.header('content-type');
  const responseType = answer?.headers['content-type']?.toString();
  return {
    method: request.method,
    path: request.target,
    ...(accept === undefined ? {} : { accept }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(body === undefined || body.length === 0 ? {} : { body: parseBody(body) }),
    status: answer?.status ?? 0,
    ...(responseType === undefined ? {} : { responseType }),
  };
}

function parseBody(body: Uint8Array): unknown {
  const text = new TextDecoder().decode(body);
  try {
    return JSON.parse(text);
  } catch {
    // A patch may be YAML.
    return text;
  }
}
