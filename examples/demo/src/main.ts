import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createImageClient, type ImageClient } from '@imagestream/client';
import { nodeFetch } from '@imagestream/client/node';
import { lintFile, reviewRequest } from './checks.js';
import { sendOwnFiles } from './own-files.js';
import { ok, say, step } from './say.js';
import { startServer, type ServerProcess } from './server-process.js';
import {
  createStreams,
  importImage,
  listPages,
  refuseInvalid,
  tagAndResolve,
  watchChanges,
} from './story.js';
import { startTinyRegistry, type TinyRegistry } from './tiny-registry.js';

const files = process.argv.slice(2);
const dataDir = mkdtempSync(join(tmpdir(), 'imagestream-demo-'));
let registry: TinyRegistry | undefined;
let server: ServerProcess | undefined;
try {
  registry = await startTinyRegistry(['1.0', '1.1']);
  server = await startServer(dataDir);
  console.log(`reference server: ${server.url}\nregistry:         http://${registry.host}`);
  const scene = { client: connect(server), registry: registry.host };
  if (files.length > 0) {
    await sendOwnFiles(scene, files);
  } else {
    await createStreams(scene);
    await listPages(scene);
    await watchChanges(scene);
    await importImage(scene);
    await tagAndResolve(scene);
    await refuseInvalid(scene);
    lintFile(dataDir);
    await reviewRequest();
    server = await killAndRestart(server);
  }
} finally {
  await server?.stop();
  await registry?.close();
  rmSync(dataDir, { recursive: true, force: true });
}

function connect({ url }: ServerProcess): ImageClient {
  return createImageClient({ baseUrl: url, fetch: nodeFetch() });
}

/** Everything that was acknowledged is still there after the server was killed. */
async function killAndRestart(running: ServerProcess): Promise<ServerProcess> {
  step('Kill the server (SIGKILL) and start it again on the same folder');
  const before = await connect(running).imageStreams.all.list().all();
  await running.kill();
  const restarted = await startServer(dataDir);
  const after = await connect(restarted).imageStreams.all.list().all();
  const same = JSON.stringify(before) === JSON.stringify(after);
  if (!same) throw new Error(`the restarted server has other objects: ${JSON.stringify(after)}`);
  ok(`${after.length} streams, byte for byte the same`);
  say('Nothing is left behind: the folder is deleted now.');
  return restarted;
}
