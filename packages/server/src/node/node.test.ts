import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createImageServer, type ImageServer } from '../create-image-server.js';
import { createStreams, STREAMS } from '../testing/call.js';
import { parseCommandLine } from './command-line.js';
import { listen, type Listening } from './listen.js';
import { openEtcd } from './open-etcd.js';
import { InputFileError, readFaults, readAllowedRegistries, readObjects } from './read-files.js';
import { runServer } from './run.js';
import { UsageError } from './usage-error.js';

/** Sends raw bytes and returns what came back before the connection ended. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('a server on a port', () => {
  let server: ImageServer;
  let listening: Listening;
  beforeEach(async () => {
    server = await createImageServer();
    listening = await listen(server);
    await createStreams(server, ['a']);
  });
  afterEach(async () => {
    server.endWatches();
    await listening.close();
    await server.close();
  });

  it('answers over a socket as in process', async () => {
    const response = await fetch(`${listening.url}${STREAMS}/a`);
    expect(await response.json()).toEqual(
      await (await server.fetch(new Request(`http://x${STREAMS}/a`))).json(),
    );
  });

  // Evidence: server-watch-headers
  it('opens a watch before there is any event, and frames each event as a chunk', async () => {
    const quiet = `${STREAMS}?watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan`;
    const response = await fetch(`${listening.url}${quiet}`);
    expect(response.status).toBe(200);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    await createStreams(server, ['b']);
    const { value } = (await reader?.read()) ?? {};
    expect(value?.endsWith('}\n')).toBe(true);
    expect(JSON.parse(value ?? '')).toMatchObject({
      type: 'ADDED',
      object: { metadata: { name: 'b' } },
    });
    server.endWatches();
    expect((await reader?.read())?.done).toBe(true);
  });

  it('tells several warnings in several headers', async () => {
    const response = await fetch(`${listening.url}${STREAMS}?dryRun=All`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ metadata: { name: 'x' }, spec: { one: 1, two: 2 } }),
    });
    expect(response.headers.get('warning')).toBe(
      '299 - "unknown field \\"spec.one\\"", 299 - "unknown field \\"spec.two\\""',
    );
  });

  // Evidence: server-limits
  it('lets go of a client that sends too much or nothing that makes sense', async () => {
    const header = `GET / HTTP/1.1\r\nHost: x\r\nX-Fill: ${'y'.repeat(70_000)}\r\n\r\n`;
    expect(await exchange(listening.port, header)).toContain('431');
    expect(await exchange(listening.port, 'NONSENSE\r\n\r\n')).toContain('400');
    const url = `GET /${'u'.repeat(70_000)} HTTP/1.1\r\nHost: x\r\n\r\n`;
    expect(await exchange(listening.port, url)).toContain('431');
  });

  it('breaks the connection where a fault says so', async () => {
    const request = `GET ${STREAMS}/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
    server.faults.add({ match: { name: 'a' }, times: 1, action: { type: 'reset' } });
    await expect(exchange(listening.port, request)).rejects.toThrow('ECONNRESET');
    server.faults.add({ match: { name: 'a' }, action: { type: 'truncate', afterBytes: 5 } });
    const [, body] = (await exchange(listening.port, request)).split('\r\n\r\n');
    expect(body).toBe('{"kin');
  });
});

describe('the command', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'imagestream-command-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function file(name: string, text: string): string {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  }

  it('keeps what it acknowledged in its data folder', async () => {
    const args = ['--data-dir', join(folder, 'data'), '--no-import-controller'];
    const first = await runServer(parseCommandLine(args), () => undefined);
    const response = await fetch(`${first.url}${STREAMS}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ metadata: { name: 'kept' } }),
    });
    expect(response.status).toBe(201);
    await first.stop();
    const second = await runServer(parseCommandLine(args), () => undefined);
    expect((await fetch(`${second.url}${STREAMS}/kept`)).status).toBe(200);
    await second.stop();
  });

  it('starts with seeds, tokens, roles, faults and registries from files and tells clients how to come in', async () => {
    const seed = file(
      'seed.yaml',
      'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata: {name: app, namespace: web}\n',
    );
    const kubeconfig = join(folder, 'kubeconfig');
    const command = parseCommandLine([
      '--memory',
      '--no-import-controller',
      ...['--seed', seed, '--kubeconfig-out', kubeconfig],
      ...['--token-auth-file', file('tokens', 'tok,ann,1\n')],
      ...['--allowed-registries', file('allowed.json', '[{"domainName": "quay.io"}]')],
      ...[
        '--faults',
        file('faults.yaml', '- {match: {name: bad}, action: {type: status, code: 418}}'),
      ],
    ]);
    const running = await runServer(command, () => undefined);
    const headers = { authorization: 'Bearer tok' };
    expect((await fetch(`${running.url}${STREAMS}/app`, { headers })).status).toBe(200);
    expect((await fetch(`${running.url}${STREAMS}/bad`, { headers })).status).toBe(418);
    expect((await fetch(`${running.url}${STREAMS}/app`)).status).toBe(403);
    await running.stop();
    expect(readFileSync(kubeconfig, 'utf8')).toContain(`server: ${running.url}`);
    expect(statSync(kubeconfig).mode & 0o777).toBe(0o600);
  });

  // Evidence: server-loopback
  it('does not open itself to other machines without tokens', async () => {
    const command = parseCommandLine(['--memory', '--host', '0.0.0.0']);
    await expect(runServer(command, () => undefined)).rejects.toThrow(UsageError);
  });

  it.each([
    [['--port', 'x'], '--port is a number from 0 to 65535, not "x"'],
    [
      ['--memory', '--data-dir', 'd'],
      '--data-dir, --memory and --etcd-endpoints exclude each other',
    ],
    [['--tls-cert', 'c'], '--tls-cert and --tls-key go together'],
    [['--etcd-prefix', '/x'], '--etcd-prefix goes with --etcd-endpoints'],
    [['--memory', '--etcd-user', 'f'], '--etcd-user goes with --etcd-endpoints'],
    [
      ['--etcd-endpoints', 'http://a:1', '--etcd-cert', 'c'],
      '--etcd-cert and --etcd-key go together',
    ],
    [
      ['--etcd-endpoints', 'http://a:1,,http://b:1'],
      '--etcd-endpoints is a list of URLs with commas between them',
    ],
    [
      ['--etcd-endpoints', 'http://a:1', '--data-dir', 'd'],
      '--data-dir, --memory and --etcd-endpoints exclude each other',
    ],
    [['--default-import-mode', 'x'], '--default-import-mode is Legacy or PreserveOriginal'],
    [['--nope'], "Unknown option '--nope'"],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(message);
  });

  it('takes from its options which etcd it is, and who it is there', () => {
    const { store } = parseCommandLine([
      ...['--etcd-endpoints', 'https://a:2379, https://b:2379', '--etcd-prefix', '/team'],
      ...['--etcd-ca', 'ca.pem', '--etcd-cert', 'c.pem', '--etcd-key', 'k.pem'],
      ...['--etcd-user', 'user'],
    ]);
    expect(store).toEqual({
      type: 'etcd',
      endpoints: ['https://a:2379', 'https://b:2379'],
      prefix: '/team',
      caFile: 'ca.pem',
      identity: { certFile: 'c.pem', keyFile: 'k.pem' },
      userFile: 'user',
    });
  });

  it.each(['', 'secret\n', ':secret', 'root:', '\nroot:secret'])(
    'refuses a file for etcd that does not begin with a name and a password, and does not tell it: %j',
    async (text) => {
      const userFile = file('user', text);
      const choice = { type: 'etcd', endpoints: ['http://127.0.0.1:1'], userFile } as const;
      const opening = openEtcd(choice, { onError: () => undefined });
      await expect(opening).rejects.toThrow(
        new InputFileError(userFile, 'expected name:password in the first line'),
      );
    },
  );

  it('names the file that cannot be used, and what is wrong in it', () => {
    expect(() => readFaults(file('f.yaml', '- {action: {type: boom}}'))).toThrow(
      /f\.yaml: fault 1: unknown action "boom"/,
    );
    expect(() => readAllowedRegistries(file('r.json', '[{"insecure": true}]'))).toThrow(
      /r\.json: entry 1: domainName is a host/,
    );
    expect(() => readObjects([join(folder, 'missing')])).toThrow(/missing: ENOENT/);
    expect(() => readObjects([file('o.yaml', 'a: [')])).toThrow(/o\.yaml: /);
  });
});
