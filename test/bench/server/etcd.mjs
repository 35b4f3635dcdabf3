// Real etcd members on loopback, each with its data in a temporary folder on disk. Commits are flushed
// to disk, as in production: figures without that would flatter everybody.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithUs } from './end-with-us.mjs';

/** No member lives longer, whatever happens to the bench. */
const maxLifeMs = 10 * 60_000;
const readyWithinMs = 20_000;

/** Why nothing can be measured on etcd here; undefined when it can. */
export function missingEtcd() {
  const { status } = spawnSync('etcd', ['--version'], { stdio: 'ignore' });
  return status === 0 ? undefined : 'etcd is not installed (Debian: etcd-server)';
}

/** A cluster that takes writes. The leader's endpoint comes first. `args` are more arguments for every member. */
export async function startEtcd({ members: count = 1, args = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'imagestream-bench-etcd-'));
  const ports = await freePorts(2 * count);
  const members = Array.from({ length: count }, (_, n) => ({
    name: `member-${n}`,
    url: `http://127.0.0.1:${ports[2 * n]}`,
    peerUrl: `http://127.0.0.1:${ports[2 * n + 1]}`,
  }));
  const cluster = members.map(({ name, peerUrl }) => `${name}=${peerUrl}`).join(',');
  const processes = members.map((member) => startMember(member, { folder, cluster, args }));
  const stop = () => stopAll(processes, folder);
  try {
    await Promise.all(members.map(({ url }) => untilHealthy(url)));
    return { endpoints: await leaderFirst(members.map(({ url }) => url)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs on a cluster of its own that is gone afterwards. */
export async function withEtcd(options, work) {
  const etcd = await startEtcd(options);
  try {
    return await work(etcd);
  } finally {
    await etcd.stop();
  }
}

function startMember({ name, url, peerUrl }, { folder, cluster, args }) {
  const all = [
    ['--name', name, '--data-dir', join(folder, name), '--log-level', 'error', '--logger', 'zap'],
    ['--listen-client-urls', url, '--advertise-client-urls', url],
    ['--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl],
    ['--initial-cluster', cluster, '--quota-backend-bytes', String(8 * 2 ** 30)],
    args,
  ];
  const member = spawn('etcd', all.flat(), {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: maxLifeMs,
    killSignal: 'SIGKILL',
    // Debian builds etcd for machines upstream does not vouch for, where it wants to be told.
    env:
      process.arch === 'x64'
        ? process.env
        : { ...process.env, ETCD_UNSUPPORTED_ARCH: process.arch },
  });
  return endWithUs(member);
}

async function stopAll(processes, folder) {
  await Promise.all(
    processes.map((member) => {
      if (member.exitCode !== null || member.signalCode !== null) return undefined;
      const ended = new Promise((resolve) => member.once('exit', resolve));
      member.kill('SIGKILL');
      return ended;
    }),
  );
  rmSync(folder, { recursive: true, force: true });
}

async function untilHealthy(url) {
  const until = performance.now() + readyWithinMs;
  while (performance.now() < until) {
    if (await isHealthy(url)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`etcd at ${url} did not become healthy`);
}

async function isHealthy(url) {
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(1000) });
    return answer.ok && (await answer.text()).includes('true');
  } catch {
    return false; // Nobody listens yet.
  }
}

async function leaderFirst(urls) {
  const leads = await Promise.all(
    urls.map(async (url) => (await readMetrics(url)).get('etcd_server_is_leader') === 1),
  );
  return [...urls.filter((_, n) => leads[n]), ...urls.filter((_, n) => !leads[n])];
}

/**
 * What a member tells about itself, by the name with its labels: `process_cpu_seconds_total`,
 * `grpc_server_handled_total{grpc_code="OK",…}`.
 */
export async function readMetrics(url) {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

/** What some work cost a member: its CPU time, its flushes of the log, and the reads it was asked for. */
export async function costTo(url, work) {
  const before = await readMetrics(url);
  await work();
  const after = await readMetrics(url);
  const grown = (name) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  const ranges = [...after.keys()].find(
    (name) =>
      name.startsWith('grpc_server_handled_total') &&
      name.includes('grpc_code="OK"') &&
      name.includes('grpc_method="Range"'),
  );
  return {
    cpuSeconds: grown('process_cpu_seconds_total'),
    flushes: grown('etcd_disk_wal_fsync_duration_seconds_count'),
    flushSeconds: grown('etcd_disk_wal_fsync_duration_seconds_sum'),
    ranges: ranges === undefined ? 0 : grown(ranges),
  };
}

/** Ports nobody listens on now. All are held at once, so that they differ. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
