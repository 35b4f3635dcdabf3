import { expect, it } from 'vitest';
import { createImageServer } from '../create-image-server.js';
import { call, createStreams, STREAMS } from '../testing/call.js';
import { isStreamBody, type AnswerSink, type ServerRequest } from './exchange.js';

function watchRequest(): ServerRequest {
  return {
    method: 'GET',
    target: `${STREAMS}?watch=true`,
    header: () => undefined,
    headerValues: () => [],
    headerNames: () => [],
    body: () => Promise.resolve(new Uint8Array()),
    signal: new AbortController().signal,
  };
}

// Evidence: server-slow-watch
it('a watcher that never reads is cut off once history has left it behind', async () => {
  const server = await createImageServer({ maxQueuedEvents: 2, history: { maxEvents: 3 } });
  await createStreams(server, ['a']);
  const { body } = await server.handle(watchRequest());
  if (body === undefined || !isStreamBody(body)) throw new Error('a watch streams');
  const seen: string[] = [];
  const sink: AnswerSink = {
    write: () => (seen.push('write'), false),
    onDrain: () => undefined,
    end: () => void seen.push('end'),
    abort: () => void seen.push('abort'),
  };
  body.start(sink);
  for (let n = 0; n < 10; n += 1) {
    await call(server, `PATCH ${STREAMS}/a`, {
      body: { metadata: { labels: { n: String(n) } } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
  }
  expect(seen).toEqual(['write', 'abort']);
  const metrics = await call(server, 'GET /metrics');
  expect(metrics.text).toContain('imagestream_server_watches 0');
  await server.close();
});
