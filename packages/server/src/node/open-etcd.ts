/** The store in etcd of a command line. Its package is asked for by name at run time: it is an option, not a dependency. */
import { isStoreError, type Store } from '@imagestream/store';
import type { EtcdChoice } from './etcd-options.js';
import { InputFileError, readText } from './read-files.js';
import { UsageError } from './usage-error.js';

/** What the package is opened with; a part of its own `EtcdStoreOptions`. */
interface EtcdStoreOptions {
  readonly endpoints: readonly string[];
  readonly prefix?: string;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly user?: { readonly name: string; readonly password: string };
  readonly minRevision?: number;
  readonly signal?: AbortSignal;
  readonly onError: (error: unknown) => void;
}

interface EtcdPackage {
  readonly openEtcdStore: (options: EtcdStoreOptions) => Promise<Store>;
}

const packageName = '@imagestream/store-etcd';

/**
 * Opens a store in etcd. `onError` is told of what heals by itself, such as members that do not answer; a `minRevision` is
 * reached by that many small writes, until the signal aborts.
 *
 * Rejects with a UsageError or an InputFileError for what the command line gets wrong, else with the store's error.
 */
export async function openEtcd(
  choice: EtcdChoice,
  beginning: Pick<EtcdStoreOptions, 'minRevision' | 'signal' | 'onError'>,
): Promise<Store> {
  const options = { ...readOptions(choice), ...beginning };
  const { openEtcdStore } = await loadPackage();
  try {
    return await openEtcdStore(options);
  } catch (error) {
    if (isStoreError(error, 'InvalidArgument')) throw new UsageError(error.message);
    throw error;
  }
}

function readOptions({
  endpoints,
  prefix,
  caFile,
  identity,
  userFile,
}: EtcdChoice): Pick<EtcdStoreOptions, 'endpoints' | 'prefix' | 'tls' | 'user'> {
  const tls = {
    ...(caFile === undefined ? {} : { ca: readText(caFile) }),
    ...(identity === undefined
      ? {}
      : { cert: readText(identity.certFile), key: readText(identity.keyFile) }),
  };
  return {
    endpoints,
    ...(prefix === undefined ? {} : { prefix }),
    ...(Object.keys(tls).length === 0 ? {} : { tls }),
    ...(userFile === undefined ? {} : { user: readUser(userFile) }),
  };
}

/** Nothing of the file gets into the message: it may be the password. */
function readUser(path: string): { readonly name: string; readonly password: string } {
  const [line = ''] = readText(path).split(/\r?\n/, 1);
  const colon = line.indexOf(':');
  if (colon <= 0 || colon === line.length - 1) {
    throw new InputFileError(path, 'expected name:password in the first line');
  }
  return { name: line.slice(0, colon), password: line.slice(colon + 1) };
}

async function loadPackage(): Promise<EtcdPackage> {
  try {
    return (await import(packageName)) as EtcdPackage; // The package's documented entry.
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new Error(
      `--etcd-endpoints needs the package ${packageName}: npm install ${packageName}`,
      { cause },
    );
  }
}

/** Whether it is the package itself that is not there, and not something it needs. */
function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'ERR_MODULE_NOT_FOUND' &&
    error.message.includes(`'${packageName}'`)
  );
}
