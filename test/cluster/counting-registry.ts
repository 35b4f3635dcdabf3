/** A registry on loopback that knows who asks for what. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';
/** A body without a layer's bytes: nobody asks for them. */
const LAYER = {
  mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  size: 4,
  digest: digestOf('a layer'),
};

/** Somebody read the manifest of a tag: the first thing an import does. */
export interface TagRead {
  readonly tag: string;
  /** The user name it came with. */
  readonly user: string;
}

/** Has an image under every tag of every repository, for everybody who gives a user name. */
export class CountingRegistry {
  readonly reads: TagRead[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** Starts one on a free port. */
  static async start(): Promise<CountingRegistry> {
    const registry = new CountingRegistry();
    await new Promise<void>((resolve) => registry.#server.listen(0, '127.0.0.1', resolve));
    return registry;
  }

  /** `127.0.0.1:PORT`. */
  get host(): string {
    const { port } = this.#server.address() as AddressInfo; // Listens on TCP.
    return `127.0.0.1:${port}`;
  }

  /** Who read a tag, in order. */
  readersOf(tag: string): string[] {
    return this.reads.filter((read) => read.tag === tag).map(({ user }) => user);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
    const user = userOf(headers.authorization);
    if (user === undefined) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end();
      return;
    }
    const [, what = '', reference = ''] = /\/(manifests|blobs)\/([^/]+)$/.exec(url) ?? [];
    if (what === 'manifests') {
      if (!reference.includes(':')) this.reads.push({ tag: reference, user });
      response.writeHead(200, { 'content-type': MANIFEST_TYPE }).end(MANIFEST);
    } else if (what === 'blobs') response.writeHead(200).end(CONFIG);
    else response.writeHead(200, { 'docker-distribution-api-version': 'registry/2.0' }).end('{}');
  }
}

const CONFIG = JSON.stringify({
  architecture: 'amd64',
  os: 'linux',
  created: '2024-01-02T03:04:05Z',
  config: {},
  rootfs: { type: 'layers', diff_ids: [LAYER.digest] },
});
const MANIFEST = JSON.stringify({
  schemaVersion: 2,
  mediaType: MANIFEST_TYPE,
  config: {
    mediaType: 'application/vnd.docker.container.image.v1+json',
    size: CONFIG.length,
    digest: digestOf(CONFIG),
  },
  layers: [LAYER],
});

function digestOf(content: string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function userOf(authorization: string | undefined): string | undefined {
  const encoded = /^Basic (\S+)$/.exec(authorization ?? '')?.[1];
  return encoded === undefined ? undefined : atob(encoded).split(':')[0];
}
