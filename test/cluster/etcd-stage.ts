/** Three etcd members and three servers on them, over connections that can be disturbed. */
import {
  freePorts,
  startEtcd,
  type EtcdCluster,
  type EtcdMember,
} from '../../packages/store-etcd/src/etcd-process.test-support.js';
import type { Stage } from './chaos.js';
import { LossyLink } from './lossy-link.js';
import { Neighbour } from './neighbour.js';
import { Replica, waitUntilHealthy } from './replicas.js';

/** Where in etcd the servers keep everything. */
export const PREFIX = '/cluster-test';

/** A stage with the processes behind it. */
export interface EtcdStage extends Stage {
  readonly etcd: EtcdCluster;
  readonly replicas: readonly Replica[];
  /** Kills everything and removes all data. */
  close(): Promise<void>;
}

/** What a stage is made with. */
export interface EtcdStageOptions {
  /** No process lives longer. */
  readonly maxLifeMs: number;
  /** What the servers' command lines say besides where the objects are. */
  readonly args?: (name: string) => readonly string[];
}

const size = 3;
/** About as often as one of the clients writes. */
const NEIGHBOUR_EVERY_MS = 200;

/** Starts members, then servers, and waits until all are well. */
export async function startEtcdStage({
  maxLifeMs,
  args = () => [],
}: EtcdStageOptions): Promise<EtcdStage> {
  const peerLinks: LossyLink[] = [];
  const etcd = await startEtcd({
    members: size,
    maxLifeMs,
    advertisePeer: async (url) => {
      const link = await LossyLink.open(url, { lateGapMs: 0 });
      peerLinks.push(link);
      return link.url;
    },
  });
  const links = await Promise.all(
    Array.from({ length: size }, () =>
      Promise.all(etcd.endpoints.map((endpoint) => LossyLink.open(endpoint))),
    ),
  );
  const ports = await freePorts(size);
  const replicas = ports.map((port, n) => {
    const name = `server-${n}`;
    return new Replica({
      name,
      port,
      maxLifeMs,
      args: [
        '--etcd-endpoints',
        (links[n] ?? []).map(({ url }) => url).join(','),
        '--etcd-prefix',
        PREFIX,
        ...args(name),
      ],
    });
  });
  let neighbour: Neighbour | undefined;
  const close = async (): Promise<void> => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await neighbour?.close();
    for (const link of links.flat()) link.close();
    await etcd.close();
    for (const link of peerLinks) link.close();
  };
  try {
    for (const replica of replicas) replica.start();
    await Promise.all(replicas.map((replica) => waitUntilHealthy(replica)));
    neighbour = await Neighbour.start(etcd.endpoints, NEIGHBOUR_EVERY_MS);
  } catch (error) {
    await close();
    throw error;
  }
  const { members } = etcd;
  const leader = (): Promise<EtcdMember | undefined> => findLeader(members);
  // Those of a start that was given up come before them.
  const toMembers = peerLinks.slice(-size);
  return { etcd, replicas, members, links, peerLinks: toMembers, leader, close };
}

async function findLeader(members: readonly EtcdMember[]): Promise<EtcdMember | undefined> {
  const leads = await Promise.all(members.map((member) => member.isLeader()));
  return members.find((_, index) => leads[index] === true);
}
