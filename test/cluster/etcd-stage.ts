/** Three etcd members and three servers on them. */
import {
  freePorts,
  startEtcd,
  type EtcdCluster,
  type EtcdMember,
} from '../../packages/store-etcd/src/etcd-process.test-support.js';
import type { Stage } from './chaos.js';
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

/** Starts members, then servers, and waits until all are well. */
export async function startEtcdStage({
  maxLifeMs,
  args = () => [],
}: EtcdStageOptions): Promise<EtcdStage> {
  const etcd = await startEtcd({ members: size, maxLifeMs });
  const ports = await freePorts(size);
  const replicas = ports.map((port, n) => {
    const name = `server-${n}`;
    return new Replica({
      name,
      port,
      maxLifeMs,
      args: [
        '--etcd-endpoints',
        // Each prefers another member.
        [...etcd.endpoints.slice(n), ...etcd.endpoints.slice(0, n)].join(','),
        // '--etcd-prefix',
        // PREFIX,
        ...args(name),
      ],
    });
  });
  const close = async (): Promise<void> => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await etcd.close();
  };
  try {
    for (const replica of replicas) replica.start();
    await Promise.all(replicas.map((replica) => waitUntilHealthy(replica)));
  } catch (error) {
    await close();
    throw error;
  }
  return { etcd, replicas, members: etcd.members, leader: () => findLeader(etcd.members), close };
}

async function findLeader(members: readonly EtcdMember[]): Promise<EtcdMember | undefined> {
  const leads = await Promise.all(members.map((member) => member.isLeader()));
  return members.find((_, index) => leads[index] === true);
}
