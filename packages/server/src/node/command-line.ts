import { parseArgs } from 'node:util';
import { etcdOptions, etcdUsage, readEtcdChoice, type EtcdChoice } from './etcd-options.js';
import { UsageError } from './usage-error.js';

/** Where objects are kept. */
export type StoreChoice =
  | { readonly type: 'memory' }
  /** Absent directory = the default one for the port. */
  | { readonly type: 'lmdb'; readonly directory?: string }
  | EtcdChoice;

/** The command line, read. */
export interface CommandLine {
  readonly help: boolean;
  readonly port: number;
  readonly host: string;
  readonly store: StoreChoice;
  readonly internalRegistry?: string;
  readonly externalRegistry?: string;
  readonly allowedRegistriesFile?: string;
  readonly defaultImportMode?: 'Legacy' | 'PreserveOriginal';
  readonly importController: boolean;
  readonly seedPaths: readonly string[];
  /** A dump that a memory store begins with. */
  readonly importFile?: string;
  /** Where a dump of a memory store goes when the server is stopped. */
  readonly exportFile?: string;
  readonly tokenFile?: string;
  readonly rbacPath?: string;
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  readonly kubeconfigFile?: string;
  readonly faultsFile?: string;
  readonly legacyApi: boolean;
  readonly corsOrigins: readonly string[];
  readonly logRequests: boolean;
  /** URLs, and files with webhook configurations. */
  readonly admissionWebhooks: readonly string[];
  readonly admissionCaFile?: string;
  readonly admissionAddress?: string;
}

const options = {
  help: { type: 'boolean', short: 'h' },
  port: { type: 'string' },
  host: { type: 'string' },
  'data-dir': { type: 'string' },
  memory: { type: 'boolean' },
  ...etcdOptions,
  'internal-registry': { type: 'string' },
  'external-registry': { type: 'string' },
  'allowed-registries': { type: 'string' },
  'default-import-mode': { type: 'string' },
  'no-import-controller': { type: 'boolean' },
  seed: { type: 'string', multiple: true },
  import: { type: 'string' },
  export: { type: 'string' },
  'token-auth-file': { type: 'string' },
  rbac: { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'kubeconfig-out': { type: 'string' },
  faults: { type: 'string' },
  'no-legacy-api': { type: 'boolean' },
  'cors-allowed-origins': { type: 'string' },
  'log-requests': { type: 'boolean' },
  'admission-webhook': { type: 'string', multiple: true },
  'admission-webhook-ca': { type: 'string' },
  'admission-webhook-address': { type: 'string' },
} as const;

/** What `--help` prints. */
export const usage: string = `usage: imagestream-server [options]
       imagestream-server export|import --help   move the objects of a store

  --port N                     port to listen on; 0 = any free one (default 0)
  --host H                     address to listen on (default 127.0.0.1); beyond loopback only with tokens
  --data-dir D                 keep objects durably in this folder (default: one folder per port in the user's
                               data folder; with port 0 a temporary one)
  --memory                     keep objects in memory only
${etcdUsage}  --internal-registry H        host of the cluster's registry; "" = none
  --external-registry H        host it is reached by from outside
  --allowed-registries F       JSON file: [{"domainName": "quay.io", "insecure": false}]
  --default-import-mode M      Legacy or PreserveOriginal (default Legacy)
  --no-import-controller       do not import new and scheduled tags in the background
  --import F                   with --memory: begin with the objects of a dump
  --export F                   with --memory: write a dump when the server is stopped
  --seed FILE|DIR              objects to begin with, YAML or JSON; may be given several times
  --token-auth-file F          users by bearer token: token,user,uid,"group,group"
  --rbac FILE|DIR              Role, ClusterRole, RoleBinding and ClusterRoleBinding objects
  --tls-cert F --tls-key F     serve HTTPS
  --kubeconfig-out F           write a kubeconfig for this server
  --faults F                   faults to inject, YAML or JSON
  --no-legacy-api              do not serve /oapi/v1
  --cors-allowed-origins O,... web pages that may read answers; "*" = all (default none)
  --log-requests               one line per request on stderr, without secrets
  --admission-webhook URL|FILE ask a webhook about writes: its URL, or a file with webhook configurations; may be
                               given several times
  --admission-webhook-ca F     whom to trust where a configuration has no caBundle, PEM
  --admission-webhook-address H:P  where calls to Services go
  --help                       print this
`;

const maxPort = 65_535;

/** Reads the arguments after the program's name. Throws a UsageError. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const values = parse(args);
  const text = <K extends keyof typeof values>(name: K): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const importMode = text('default-import-mode');
  if (importMode !== undefined && importMode !== 'Legacy' && importMode !== 'PreserveOriginal') {
    throw new UsageError('--default-import-mode is Legacy or PreserveOriginal');
  }
  const tls = readTls(text('tls-cert'), text('tls-key'));
  return {
    help: values.help === true,
    port: readPort(text('port') ?? '0'),
    host: text('host') ?? '127.0.0.1',
    store: chooseStore({
      memory: values.memory === true,
      directory: text('data-dir'),
      etcd: readEtcdChoice(values),
    }),
    importController: values['no-import-controller'] !== true,
    legacyApi: values['no-legacy-api'] !== true,
    logRequests: values['log-requests'] === true,
    seedPaths: values.seed ?? [],
    admissionWebhooks: values['admission-webhook'] ?? [],
    corsOrigins: splitList(text('cors-allowed-origins')),
    ...present('internalRegistry', text('internal-registry')),
    ...present('externalRegistry', text('external-registry')),
    ...present('allowedRegistriesFile', text('allowed-registries')),
    ...present('tokenFile', text('token-auth-file')),
    ...present('rbacPath', text('rbac')),
    ...memoryDumps(values),
    ...present('kubeconfigFile', text('kubeconfig-out')),
    ...present('faultsFile', text('faults')),
    ...present('admissionCaFile', text('admission-webhook-ca')),
    ...present('admissionAddress', text('admission-webhook-address')),
    ...(importMode === undefined ? {} : { defaultImportMode: importMode }),
    ...(tls === undefined ? {} : { tls }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function present<K extends string>(
  key: K,
  value: string | undefined,
): { readonly [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: string }); // The one key of the type.
}

function memoryDumps(
  values: Pick<ReturnType<typeof parse>, 'memory' | 'import' | 'export'>,
): Pick<CommandLine, 'importFile' | 'exportFile'> {
  const dumps = {
    ...present('importFile', values.import),
    ...present('exportFile', values.export),
  };
  if (values.memory !== true && Object.keys(dumps).length > 0) {
    throw new UsageError(
      '--import and --export go with --memory; for other stores there are imagestream-server import and export',
    );
  }
  return dumps;
}

function splitList(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > maxPort) {
    throw new UsageError(`--port is a number from 0 to ${maxPort}, not ${JSON.stringify(text)}`);
  }
  return port;
}

function readTls(certFile: string | undefined, keyFile: string | undefined): CommandLine['tls'] {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined) {
    throw new UsageError('--tls-cert and --tls-key go together');
  }
  return { certFile, keyFile };
}

function chooseStore({
  memory,
  directory,
  etcd,
}: {
  readonly memory: boolean;
  readonly directory: string | undefined;
  readonly etcd: EtcdChoice | undefined;
}): StoreChoice {
  const given = [memory, directory !== undefined, etcd !== undefined].filter(Boolean).length;
  if (given > 1)
    throw new UsageError('--data-dir, --memory and --etcd-endpoints exclude each other');
  if (memory) return { type: 'memory' };
  if (etcd !== undefined) return etcd;
  return { type: 'lmdb', ...(directory === undefined ? {} : { directory }) };
}
