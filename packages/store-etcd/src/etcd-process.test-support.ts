/** Real etcd members for tests: Debian's `etcd`, on loopback, each in a temporary folder. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** No member of a test lives longer, whatever happens to the test, unless it asks for more. */
const MAX_LIFE_MS = 15 * 60_000;
const READY_WITHIN_MS = 20_000;

/** Why tests on etcd are left out here; undefined when they can run. */
export function missingEtcd(): string | undefined {
  const { status } = spawnSync('etcd', ['--version'], { stdio: 'ignore' });
  return status === 0 ? undefined : 'etcd is not installed (Debian: etcd-server)';
}

/**
 * A command that ends with the process that starts it, however that one ends, where the system can do that (Linux). The
 * process keeps its id.
 */
export function leashed(command: string, args: readonly string[]): [string, string[]] {
  canLeash ??= spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0;
  return canLeash ? ['setpriv', ['--pdeathsig', 'KILL', command, ...args]] : [command, [...args]];
}

let canLeash: boolean | undefined;

/** How a cluster is set up. */
export interface EtcdClusterOptions {
  /** How many members; default 1. */
  readonly members?: number;
  /** More arguments for every member, such as `--max-txn-ops=64`. */
  readonly args?: readonly string[];
  /** Certificate and key for clients: members then serve HTTPS to them. */
  readonly tls?: {
    readonly certFile: string;
    readonly keyFile: string;
    readonly clientCaFile?: string;
  };
  /** Whether commits are flushed to disk; default false, which is faster and survives SIGKILL all the same. */
  readonly fsync?: boolean;
  /** How long a process may live at most, default 15 minutes. */
  readonly maxLifeMs?: number;
  /** The URL under which the other members reach the one that listens at a URL; default that one. */
  readonly advertisePeer?: (listenUrl: string) => Promise<string>;
}

/** One member: a process that can be killed, stopped and started again on its data. */
export class EtcdMember {
  readonly name: string;
  readonly clientUrl: string;
  readonly #args: readonly string[];
  readonly #healthUrl: string;
  readonly #maxLifeMs: number;
  #child: ChildProcess | undefined;
  #output = '';

  constructor(place: {
    readonly name: string;
    readonly args: readonly string[];
    readonly clientUrl: string;
    /** Where it tells how it is, over HTTP without TLS. */
    readonly healthUrl: string;
    readonly maxLifeMs?: number;
  }) {
    this.name = place.name;
    this.#maxLifeMs = place.maxLifeMs ?? MAX_LIFE_MS;
    this.#args = place.args;
    this.clientUrl = place.clientUrl;
    this.#healthUrl = place.healthUrl;
  }

  /** Whether its process is gone without having been told to go. */
  get hasEnded(): boolean {
    const child = this.#child;
    return child !== undefined && (child.exitCode !== null || child.signalCode !== null);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** What it wrote last, for messages of failed tests. */
  get output(): string {
    return this.#output.slice(-4_000);
  }

  /** Starts the process; does not wait until it serves. */
  start(): void {
    const child = spawn(...leashed('etcd', this.#args), {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: this.#maxLifeMs,
      killSignal: 'SIGKILL',
      // Debian builds etcd for machines upstream does not vouch for, where it wants to be told.
      env: { ...process.env, ETCD_UNSUPPORTED_ARCH: process.arch },
    });
    const keep = (text: string): void => {
      this.#output = (this.#output + text).slice(-20_000);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    this.#child = child;
  }

  /** Sends a signal: SIGSTOP and SIGCONT leave the process there. */
  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  /** Ends the process and waits for its end. The data stays. */
  async stop(name: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(name);
    // A stopped process takes no other signal than these two.
    if (name !== 'SIGKILL') child.kill('SIGCONT');
    await ended;
  }

  /** Whether it says that it leads the others. One that was cut off may say so although nobody follows it. */
  async isLeader(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.#healthUrl}/metrics`, {
        signal: AbortSignal.timeout(1_000),
      });
      return /^etcd_server_is_leader 1$/m.test(await answer.text());
    } catch {
      return false; // It does not answer: nobody can follow it.
    }
  }

  /** Whether it serves and knows a leader. */
  async isHealthy(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.#healthUrl}/health`, {
        signal: AbortSignal.timeout(1_000),
      });
      return answer.ok && (await answer.text()).includes('true');
    } catch {
      return false; // Nobody listens yet, or it does not answer: not healthy.
    }
  }
}

/** Members that form one cluster. */
export interface EtcdCluster {
  readonly members: readonly EtcdMember[];
  readonly endpoints: readonly string[];
  /** Kills all members and removes their data. */
  close(): Promise<void>;
}

/** How often a cluster is started anew because somebody else took one of its ports meanwhile. */
const MAX_STARTS = 4;

/** Starts a cluster and waits until it takes writes. Rejects with what the members said when it does not. */
export async function startEtcd(options: EtcdClusterOptions = {}): Promise<EtcdCluster> {
  for (let start = 1; ; start += 1) {
    try {
      return await startOnFreePorts(options);
    } catch (error) {
      if (start === MAX_STARTS || !String(error).includes('address already in use')) throw error;
    }
  }
}

async function startOnFreePorts(options: EtcdClusterOptions): Promise<EtcdCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'imagestream-etcd-'));
  const members = await makeMembers(folder, options);
  for (const member of members) member.start();
  const cluster: EtcdCluster = {
    members,
    endpoints: members.map(({ clientUrl }) => clientUrl),
    async close() {
      await Promise.all(members.map((member) => member.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await Promise.all(members.map((member) => waitUntilHealthy(member)));
  } catch (error) {
    await cluster.close();
    throw error;
  }
  return cluster;
}

async function makeMembers(folder: string, options: EtcdClusterOptions): Promise<EtcdMember[]> {
  const { members: count = 1, args = [], tls, fsync = false, maxLifeMs } = options;
  const { advertisePeer = (url) => Promise.resolve(url) } = options;
  const ports = await freePorts(3 * count);
  const places = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const peer = `http://127.0.0.1:${ports[3 * i + 1]}`;
      return {
        name: `member-${i}`,
        client: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${ports[3 * i]}`,
        peer,
        advertisedPeer: await advertisePeer(peer),
        metrics: `http://127.0.0.1:${ports[3 * i + 2]}`,
      };
    }),
  );
  const initialCluster = places.map((place) => `${place.name}=${place.advertisedPeer}`).join(',');
  return places.map(({ name, client, peer, advertisedPeer, metrics }) => {
    const all = [
      ['--name', name, '--data-dir', join(folder, name), '--log-level', 'warn', '--logger', 'zap'],
      ['--listen-client-urls', client, '--advertise-client-urls', client],
      ['--listen-peer-urls', peer, '--initial-advertise-peer-urls', advertisedPeer],
      ['--listen-metrics-urls', metrics, '--initial-cluster', initialCluster],
      fsync ? [] : ['--unsafe-no-fsync'],
      tls === undefined ? [] : ['--cert-file', tls.certFile, '--key-file', tls.keyFile],
      tls?.clientCaFile === undefined
        ? []
        : ['--client-cert-auth', '--trusted-ca-file', tls.clientCaFile],
      args,
    ];
    return new EtcdMember({
      name,
      args: all.flat(),
      clientUrl: client,
      healthUrl: metrics,
      ...(maxLifeMs === undefined ? {} : { maxLifeMs }),
    });
  });
}

async function waitUntilHealthy(member: EtcdMember): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  while (Date.now() < until) {
    const isHealthy = await member.isHealthy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    // Whoever took its port may have answered for it, but then it has ended by now.
    if (member.hasEnded) throw new Error(`etcd ended before it was healthy:\n${member.output}`);
    if (isHealthy) return;
  }
  throw new Error(`etcd did not become healthy:\n${member.output}`);
}

/** Ports nobody listens on now. All are held at once, so that they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port); // Listens on TCP.
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
