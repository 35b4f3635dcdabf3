import type { ImageServer } from '../create-image-server.js';

/** What a server answered, with its body read. */
export interface CallAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly body: unknown;
}

/** What goes with a request. */
export interface CallOptions {
  /** Sent as JSON unless it is a text. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The streams of a namespace. */
export const STREAMS = '/apis/image.openshift.io/v1/namespaces/web/imagestreams';

/** Sends one request to a server in process. */
export async function call(
  server: Pick<ImageServer, 'fetch'>,
  request: string,
  { body, headers = {} }: CallOptions = {},
): Promise<CallAnswer> {
  const [method = 'GET', path = ''] = request.split(' ', 2);
  const response = await server.fetch(
    new Request(`http://server${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }),
  );
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: readJson(text) };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The lines of a watch that ends by itself. */
export async function watchLines(
  server: Pick<ImageServer, 'fetch'>,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ type: string; object: Record<string, unknown> }[]> {
  const response = await server.fetch(new Request(`http://server${path}`, { headers }));
  const text = await response.text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { type: string; object: Record<string, unknown> }); // Lines of the server.
}

/** Creates streams by name, one after the other. */
export async function createStreams(
  server: Pick<ImageServer, 'fetch'>,
  names: readonly string[],
  labels: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const name of names) {
    await call(server, `POST ${STREAMS}`, { body: { metadata: { name, labels } } });
  }
}

/** The names of a list's items. */
export function namesOf(body: unknown): string[] {
  const { items } = body as { items: { metadata: { name: string } }[] }; // A list of the server.
  return items.map(({ metadata }) => metadata.name);
}
