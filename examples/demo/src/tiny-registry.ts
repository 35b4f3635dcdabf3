import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A container registry with one repository, `demo/app`, that can only be read. */
export interface TinyRegistry {
  /** Host and port, as they stand in a pull spec. */
  readonly host: string;
  close(): Promise<void>;
}

interface Content {
  readonly type: string;
  readonly bytes: Buffer;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** Starts a registry on a free loopback port, with one small image under each tag. */
export async function startTinyRegistry(tags: readonly string[]): Promise<TinyRegistry> {
  const contents = new Map<string, Content>();
  for (const tag of tags) addImage(contents, tag);
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const content = contents.get(path);
    if (path === '/v2/') response.writeHead(200).end('{}');
    else if (path.startsWith('/v2/demo/app/tags/list')) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ name: 'demo/app', tags }));
    } else if (content === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] }),
      );
    } else {
      const headers = {
        'content-type': content.type,
        'content-length': content.bytes.length,
        'docker-content-digest': digestOf(content.bytes),
      };
      response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : content.bytes);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // It listens on TCP.
  return { host: `127.0.0.1:${port}`, close: () => closeServer(server) };
}

function addImage(contents: Map<string, Content>, tag: string): void {
  const layer = Buffer.from(`the layer of ${tag}`);
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      created: '2026-01-02T03:04:05Z',
      config: { Cmd: ['/app'], Labels: { version: tag } },
      rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
    }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: CONFIG, size: config.length, digest: digestOf(config) },
      layers: [{ mediaType: LAYER, size: layer.length, digest: digestOf(layer) }],
    }),
  );
  const put = (path: string, type: string, bytes: Buffer): void => {
    contents.set(`/v2/demo/app/${path}`, { type, bytes });
  };
  put(`manifests/${tag}`, MANIFEST, manifest);
  put(`manifests/${digestOf(manifest)}`, MANIFEST, manifest);
  put(`blobs/${digestOf(config)}`, CONFIG, config);
  put(`blobs/${digestOf(layer)}`, LAYER, layer);
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
