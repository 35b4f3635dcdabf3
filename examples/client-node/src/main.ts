/** Answers the questions of the README one after the other. `--context NAME` asks a real cluster, and then only reads. */
import { parseArgs } from 'node:util';
import type { ImageClient } from '@imagestream/client';
import { changeTogether } from './change-together.js';
import { explainImport } from './explain-import.js';
import { findCluster } from './find-cluster.js';
import { followChanges } from './follow-changes.js';
import { keepTable } from './keep-a-table.js';
import { listEverything } from './list-everything.js';
import { promote } from './promote.js';

const NAMESPACE = 'team-a';
const DIGEST = `sha256:${'c0ffee'.repeat(11).slice(0, 64)}`;

function say(question: string, ...answer: string[]): void {
  console.log(`${question}\n${answer.map((line) => `  ${line}\n`).join('')}`);
}

/** Two streams, one of them with an image, as a build pipeline leaves them. */
async function fill(client: ImageClient): Promise<void> {
  for (const name of ['app', 'base']) {
    await client.imageStreams.in(NAMESPACE).create({ metadata: { name } });
  }
  await client.imageStreamMappings.in(NAMESPACE).create({
    metadata: { name: 'app' },
    tag: 'latest',
    image: {
      apiVersion: 'image.openshift.io/v1',
      kind: 'Image',
      metadata: { name: DIGEST },
      dockerImageReference: `registry.example.com/acme/app@${DIGEST}`,
    },
  });
}

async function read(client: ImageClient): Promise<void> {
  const lines = await listEverything(client);
  say('Which image streams are there?', ...lines);
  const table = keepTable(client);
  await table.ready;
  const users = table.by('byImage', DIGEST).map(({ metadata }) => metadata.name ?? '');
  say(`Which of them hold ${DIGEST.slice(0, 19)}?`, users.join(', ') || 'none');
  table.close();
}

async function write(client: ImageClient): Promise<void> {
  const stop = new AbortController();
  const seen: string[] = [];
  const following = followChanges(client, NAMESPACE, {
    signal: stop.signal,
    onLine: (line) => seen.push(line),
  });
  say(
    'Where does app:prod point after a promotion?',
    await promote(client, NAMESPACE, { from: 'app:latest', to: 'app:prod' }),
  );
  say(
    'What happens when two teams apply one field?',
    await changeTogether(client, NAMESPACE, 'base'),
  );
  say(
    'Why did the import fail?',
    await explainImport(client, NAMESPACE, '127.0.0.1:1/acme/app:latest'),
  );
  await client.imageStreams.in(NAMESPACE).delete('base');
  while (!seen.includes('DELETED base')) await new Promise((resolve) => setTimeout(resolve, 10));
  stop.abort();
  await following;
  say('What did a watcher see of all that?', ...seen);
}

const { values } = parseArgs({ options: { context: { type: 'string' } } });
const found = await findCluster(values.context === undefined ? {} : { context: values.context });
const { client, isReal } = found;
if (!isReal) await fill(client);
await read(client);
if (!isReal) await write(client);
await found.close();
