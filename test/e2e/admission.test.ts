/** The whole way: what the webhook's command prints is what the server's command reads, and the two speak over TLS. */
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const admission = join(root, 'packages/admission/dist/node/cli.js');
const server = join(root, 'packages/server/dist/node/main.js');
const tls = join(root, 'packages/admission/testdata/tls');

const CONFIG = `
policies:
  - policy: validate-objects
  - policy: require-digest
  - policy: name-patterns
    streams: '[a-z]+'
    action: warn
  - policy: default-labels
    labels: { team: platform }
shutdown: { delaySeconds: 0, drainSeconds: 2 }
`;

const children: ChildProcess[] = [];
let folder = '';
let url = '';
let webhook: ChildProcess;

/** Starts a command and gives the URL it says it listens on. */
async function start(args: readonly string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let output = '';
  const listening = new Promise<string>((resolve, reject) => {
    const look = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /listening on (https?:\/\/\S+)/.exec(output);
      if (found?.[1] !== undefined) resolve(found[1]);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('exit', (code) => reject(new Error(`exit code ${code}: ${output}`)));
  });
  return { child, url: await listening };
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  return await exited;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'imagestream-e2e-'));
  const config = join(folder, 'config.yaml');
  writeFileSync(config, CONFIG);
  const cert = join(tls, 'first.crt');
  const started = await start([
    ...[admission, '--port', '0', '--tls-cert', cert, '--tls-key', join(tls, 'first.key')],
    ...['--config', config],
  ]);
  webhook = started.child;
  const manifests = join(folder, 'manifests.yaml');
  const printed = await run(process.execPath, [admission, 'manifests', '--config', config]);
  writeFileSync(manifests, printed.stdout);
  const running = await start([
    ...[server, '--memory', '--admission-webhook', manifests, '--admission-webhook-ca', cert],
    ...['--admission-webhook-address', new URL(started.url).host],
  ]);
  url = running.url;
}, 60_000);

afterAll(async () => {
  await Promise.all(children.map(stop));
  rmSync(folder, { recursive: true, force: true });
});

interface Reply {
  readonly code: number;
  readonly warning: string | null;
  readonly body: Record<string, unknown> & { message?: string };
}

async function post(namespace: string, resource: string, object: object): Promise<Reply> {
  const path = `/apis/image.openshift.io/v1/namespaces/${namespace}/${resource}`;
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ apiVersion: 'image.openshift.io/v1', ...object }),
  });
  return {
    code: response.status,
    warning: response.headers.get('warning'),
    body: (await response.json()) as Reply['body'],
  };
}

const BY_TAG = { kind: 'DockerImage', name: 'quay.io/a/b:1' };
const WORDS = 'must name the image by digest; write repository@sha256:…';

describe('a server with the webhook', () => {
  test("refuses a bad stream with the policy's words", async () => {
    const { code, body } = await post('web', 'imagestreams', {
      kind: 'ImageStream',
      metadata: { name: 'app' },
      spec: { tags: [{ name: 'v1', from: BY_TAG }] },
    });
    expect(code).toBe(422);
    expect(body.message).toBe(
      `admission webhook "validate.imagestream-admission.imagestream-admission.svc" denied the request: spec.tags[v1].from.name: Invalid value: "quay.io/a/b:1": ${WORDS}`,
    );
    expect(body['details']).toMatchObject({ causes: [{ field: 'spec.tags[v1].from.name' }] });
  });

  test('refuses the same by every other way to write a tag', async () => {
    const tag = await post('web', 'imagestreamtags', {
      kind: 'ImageStreamTag',
      metadata: { name: 'app:v1' },
      tag: { from: BY_TAG },
    });
    const imageTag = await post('web', 'imagetags', {
      kind: 'ImageTag',
      metadata: { name: 'app:v1' },
      spec: { from: BY_TAG },
    });
    const imported = await post('web', 'imagestreamimports', {
      kind: 'ImageStreamImport',
      metadata: { name: 'app' },
      spec: { import: true, images: [{ from: BY_TAG }] },
    });
    for (const { code, body } of [tag, imageTag, imported]) {
      expect([code, body.message]).toEqual([422, expect.stringContaining(WORDS)]);
    }
  });

  test('stores a good stream with the label of the mutation, and passes warnings on', async () => {
    const { code, body, warning } = await post('web', 'imagestreams', {
      kind: 'ImageStream',
      metadata: { name: 'app-2' },
    });
    expect(code).toBe(201);
    expect(body).toMatchObject({ metadata: { labels: { team: 'platform' } } });
    expect(warning).toContain('must match [a-z]+');
  });

  test("leaves the cluster's own namespaces alone, as the printed conditions say", async () => {
    const { code, body } = await post('openshift-x', 'imagestreams', {
      kind: 'ImageStream',
      metadata: { name: 'app' },
      spec: { tags: [{ name: 'v1', from: BY_TAG }] },
    });
    expect(code).toBe(201);
    expect(body).not.toHaveProperty('metadata.labels');
  });

  const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
  if (!hasKubectl) console.warn('skipped: kubectl apply, because kubectl is not installed');
  test.skipIf(!hasKubectl)('refuses a bad stream of kubectl apply', async () => {
    const file = join(folder, 'stream.yaml');
    writeFileSync(
      file,
      [
        'apiVersion: image.openshift.io/v1',
        'kind: ImageStream',
        'metadata: { name: app, namespace: web }',
        'spec: { tags: [{ name: v1, from: { kind: DockerImage, name: quay.io/a/b:1 } }] }',
      ].join('\n'),
    );
    const args = ['--server', url, 'apply', '-f', file];
    const env = { ...process.env, HOME: folder, KUBECONFIG: join(folder, 'none') };
    const applied = await run('kubectl', args, { env, timeout: 20_000 }).catch(
      (error: { stderr: string }) => error,
    );
    // kubectl shows the causes of an Invalid in words of its own.
    expect(applied.stderr).toContain('The ImageStream "app" is invalid: spec.tags[v1].from.name');
    expect(applied.stderr).toContain(WORDS);
  });

  test('refuses every write when the webhook is gone, since its failure policy is Fail', async () => {
    expect(await stop(webhook)).toBe(0);
    const { code, body } = await post('web', 'imagestreams', {
      kind: 'ImageStream',
      metadata: { name: 'late' },
    });
    expect(code).toBe(500);
    expect(body.message).toMatch(
      /^Internal error occurred: failed calling webhook "mutate\..*ECONNREFUSED/,
    );
  });
});
