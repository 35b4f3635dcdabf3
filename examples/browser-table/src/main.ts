/** Serves the page and keeps pushing images, so that there is something to see. `--port N` picks the port. */
import { parseArgs } from 'node:util';
import { createImageClient } from '@imagestream/client';
import { pushImage } from './pretend-pipeline.js';
import { serveTable } from './serve.js';

const { values } = parseArgs({ options: { port: { type: 'string', default: '8080' } } });
const table = await serveTable(Number(values.port));
const client = createImageClient({ baseUrl: table.apiUrl });

const targets = [
  ['shop', 'cart', 'latest'],
  ['shop', 'cart', 'stable'],
  ['shop', 'checkout', 'latest'],
  ['web', 'frontend', 'latest'],
  ['web', 'frontend', 'v2'],
] as const;

let pushes = 0;
async function pushNext(): Promise<void> {
  const [namespace, stream, tag] = targets[pushes % targets.length] ?? targets[0];
  pushes++;
  await pushImage(client, { namespace, stream, tag, n: pushes });
}

for (let i = 0; i < targets.length * 2; i++) await pushNext();
await client.imageStreams.in('web').tag('frontend:prod', { tag: 'frontend:v2' });
console.log(`a live table of image streams: ${table.url} (Ctrl-C ends it)`);

const timer = setInterval(() => {
  pushNext().catch((error: unknown) => console.error(error));
}, 2000);
process.once('SIGINT', () => {
  clearInterval(timer);
  void table.close();
});
