// The other end of the client's bench: sends prepared bytes, so that its own work does not count.
// Started as a child by ../client.mjs; prints its port. Arguments: how many events, how many objects.
import { once } from 'node:events';
import { createServer } from 'node:http';

const [events, objects] = process.argv.slice(2).map(Number);
const DISTINCT = Math.min(events, 20_000);
const CHUNK = 64 * 1024;
const PAGE = 500;

/** A stream with two tags and some history: about 1.5 KB of JSON. */
function makeStream(i, version) {
  const digest = `sha256:${i.toString(16).padStart(64, '0')}`;
  const tag = (name) => ({
    tag: name,
    items: [2].map((generation) => ({
      created: '2026-01-01T00:00:00Z',
      dockerImageReference: `quay.io/acme/app-${i}@${digest}`,
      image: digest,
      generation,
    })),
  });
  return {
    metadata: {
      name: `app-${i}`,
      namespace: `team-${i % 100}`,
      uid: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      resourceVersion: String(version),
      generation: 2,
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { app: `app-${i}`, tier: 'web' },
      annotations: { 'openshift.io/image.dockerRepositoryCheck': '2026-01-01T00:00:00Z' },
    },
    spec: {
      lookupPolicy: { local: false },
      tags: ['latest', 'stable'].map((name) => ({
        name,
        annotations: null,
        from: { kind: 'DockerImage', name: `quay.io/acme/app-${i}:${name}` },
        generation: 2,
        importPolicy: { scheduled: true, importMode: 'Legacy' },
        referencePolicy: { type: 'Source' },
      })),
    },
    status: {
      dockerImageRepository: `image-registry.openshift-image-registry.svc:5000/team-${i % 100}/app-${i}`,
      tags: [tag('latest'), tag('stable')],
    },
  };
}

const lines = Buffer.from(
  Array.from({ length: DISTINCT }, (_, i) => {
    const object = {
      kind: 'ImageStream',
      apiVersion: 'image.openshift.io/v1',
      ...makeStream(i, i + 1),
    };
    return `${JSON.stringify({ type: i % 2 === 0 ? 'ADDED' : 'MODIFIED', object })}\n`;
  }).join(''),
);

const pages = Array.from({ length: Math.ceil(objects / PAGE) }, (_, page) => {
  const first = page * PAGE;
  const items = Array.from({ length: Math.min(PAGE, objects - first) }, (_, i) =>
    makeStream(first + i, 1),
  );
  const last = first + PAGE >= objects;
  return Buffer.from(
    JSON.stringify({
      kind: 'ImageStreamList',
      apiVersion: 'image.openshift.io/v1',
      metadata: { resourceVersion: '100', ...(last ? {} : { continue: String(page + 1) }) },
      items,
    }),
  );
});

/** Sends the lines over and over in chunks that cut them anywhere, as fast as the reader takes them. */
async function sendEvents(response) {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  const closed = once(response, 'close');
  for (let round = 0; round < events / DISTINCT; round++) {
    for (let at = 0; at < lines.length; at += CHUNK) {
      if (response.destroyed) return;
      if (!response.write(lines.subarray(at, at + CHUNK))) {
        await Promise.race([once(response, 'drain'), closed]);
      }
    }
  }
  response.end();
}

const server = createServer((request, response) => {
  const { searchParams } = new URL(request.url, 'http://bench');
  if (/^(1|true)$/.test(searchParams.get('watch') ?? '')) {
    void sendEvents(response);
    return;
  }
  const page = pages[Number(searchParams.get('continue') ?? 0)];
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': page.length });
  response.end(page);
});

server.listen(0, '127.0.0.1', () => {
  console.log(
    JSON.stringify({
      port: server.address().port,
      bytesPerEvent: Math.round(lines.length / DISTINCT),
    }),
  );
});
