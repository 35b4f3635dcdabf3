import { UsageError } from './usage-error.js';

/** A store in etcd, as the command line names it. Files are read when it is opened. */
export interface EtcdChoice {
  readonly type: 'etcd';
  readonly endpoints: readonly string[];
  readonly prefix?: string;
  readonly caFile?: string;
  /** Who the server is to etcd. */
  readonly identity?: { readonly certFile: string; readonly keyFile: string };
  /** Holds `name:password` in its first line: what stands on a command line is seen by everybody on the machine. */
  readonly userFile?: string;
}

/** The options of the command that say where in which etcd objects are. */
export const etcdOptions = {
  'etcd-endpoints': { type: 'string' },
  'etcd-prefix': { type: 'string' },
  'etcd-ca': { type: 'string' },
  'etcd-cert': { type: 'string' },
  'etcd-key': { type: 'string' },
  'etcd-user': { type: 'string' },
} as const;

/** What `--help` prints of them. */
export const etcdUsage = `  --etcd-endpoints URL,...     keep objects in etcd, where any number of servers may share them (needs
                               @imagestream/store-etcd)
  --etcd-prefix P              path all keys begin with (default /imagestream-kit); servers that share objects
                               share it
  --etcd-ca F                  whom to trust, PEM (default: the system's authorities)
  --etcd-cert F --etcd-key F   who this server is to etcd, PEM
  --etcd-user F                file with name:password in its first line
`;

type EtcdValues = { readonly [K in keyof typeof etcdOptions]?: string | undefined };

/** Reads the options of etcd; undefined when none is given. Throws a UsageError. */
export function readEtcdChoice(values: EtcdValues): EtcdChoice | undefined {
  const endpoints = values['etcd-endpoints'];
  if (endpoints === undefined) {
    const [lost] = Object.keys(etcdOptions).filter((name) => isGiven(values, name));
    if (lost !== undefined) throw new UsageError(`--${lost} goes with --etcd-endpoints`);
    return undefined;
  }
  const list = endpoints.split(',').map((part) => part.trim());
  if (list.some((part) => part === '')) {
    throw new UsageError('--etcd-endpoints is a list of URLs with commas between them');
  }
  const identity = readIdentity(values['etcd-cert'], values['etcd-key']);
  const { 'etcd-prefix': prefix, 'etcd-ca': caFile, 'etcd-user': userFile } = values;
  return {
    type: 'etcd',
    endpoints: list,
    ...(prefix === undefined ? {} : { prefix }),
    ...(caFile === undefined ? {} : { caFile }),
    ...(identity === undefined ? {} : { identity }),
    ...(userFile === undefined ? {} : { userFile }),
  };
}

function isGiven(values: EtcdValues, name: string): boolean {
  return Object.entries(values).some(([given, value]) => given === name && value !== undefined);
}

function readIdentity(
  certFile: string | undefined,
  keyFile: string | undefined,
): EtcdChoice['identity'] {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined) {
    throw new UsageError('--etcd-cert and --etcd-key go together');
  }
  return { certFile, keyFile };
}
