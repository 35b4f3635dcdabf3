/** The command, without the process: what `main.ts` calls and tests can. */
import type { KubeObject } from '@imagestream/core';
import { clusterAdministrator, tokenAuthentication } from '../auth/authenticate.js';
import { rbacAuthorizer } from '../auth/rbac.js';
import { parseTokenFile, TokenFileError } from '../auth/token-file.js';
import {
  createImageServer,
  type ImageServer,
  type ImageServerOptions,
} from '../create-image-server.js';
import { createOciSource } from '../import/oci-source.js';
import type { UserInfo } from '../registry/request-context.js';
import type { CommandLine } from './command-line.js';
import { gzipBytes } from './gzip.js';
import { writeKubeconfig } from './kubeconfig.js';
import { isLoopback, listen, type ListenOptions } from './listen.js';
import { openStore, type OpenStore } from './open-store.js';
import {
  InputFileError,
  readAllowedRegistries,
  readFaults,
  readObjects,
  readText,
} from './read-files.js';
import { registryFetch } from './registry-fetch.js';
import { UsageError } from './usage-error.js';

/** A server of the command that runs. */
export interface RunningServer {
  readonly url: string;
  /** Lets requests under way finish, ends watches, closes the store. */
  stop(): Promise<void>;
}

/**
 * Starts a server as a command line says. `log` gets one line at a time for people.
 *
 * Rejects with a UsageError, an InputFileError, or the error of the store, the seed or the port.
 */
export async function runServer(
  command: CommandLine,
  log: (line: string) => void,
): Promise<RunningServer> {
  const users = readUsers(command);
  if (!isLoopback(command.host) && users === undefined) {
    throw new UsageError(
      `--host ${command.host} can be reached from other machines: give --token-auth-file, or stay on 127.0.0.1`,
    );
  }
  const options = await serverOptions(command, { users, log });
  const tls = readTls(command);
  const opened = await openCommandStore(command, log);
  try {
    const parts = { opened, options, users, log, ...(tls === undefined ? {} : { tls }) };
    return await start(command, parts);
  } catch (error) {
    await opened.store.close();
    opened.cleanUp();
    throw error;
  }
}

/** Opens the store of a server. What reads and writes dumps is loaded for the few servers that do. */
async function openCommandStore(
  command: CommandLine,
  log: (line: string) => void,
): Promise<OpenStore> {
  const { store, port, importFile, exportFile } = command;
  if (exportFile !== undefined) {
    const { checkOutputFile } = await import('./dump/write-lines.js');
    checkOutputFile(exportFile);
  }
  if (importFile === undefined) {
    return openStore(store, port, { onError: (error) => log(`store: ${reasonOf(error)}`) });
  }
  const { openFromDump } = await import('./dump/memory-dump.js');
  return openFromDump(importFile);
}

interface StartParts {
  readonly opened: OpenStore;
  readonly options: ImageServerOptions;
  readonly users: ReadonlyMap<string, UserInfo> | undefined;
  readonly tls?: NonNullable<ListenOptions['tls']>;
  readonly log: (line: string) => void;
}

const tokensNeedTls =
  'note: kubectl sends the token of a kubeconfig over HTTPS only; give --tls-cert and --tls-key for it';

async function start(
  command: CommandLine,
  { opened, options, users, tls, log }: StartParts,
): Promise<RunningServer> {
  const server = await createImageServer({ ...options, store: opened.store });
  const { host, port, kubeconfigFile } = command;
  const listening = await listen(server, { host, port, ...(tls === undefined ? {} : { tls }) });
  if (kubeconfigFile !== undefined) {
    const [token] = users?.keys() ?? [];
    if (token !== undefined && tls === undefined) log(tokensNeedTls);
    writeKubeconfig(kubeconfigFile, {
      url: listening.url,
      ...(tls === undefined ? {} : { certificate: tls.cert }),
      ...(token === undefined ? {} : { token }),
    });
  }
  return {
    url: listening.url,
    async stop() {
      await stopServer(server, async () => {
        await listening.close();
        if (command.exportFile === undefined) return;
        const { saveAsDump } = await import('./dump/memory-dump.js');
        await saveAsDump(opened.store, command.exportFile);
      });
      opened.cleanUp();
    },
  };
}

/** Watches end first: they would keep the port from draining. Whoever still comes is told to come back. */
async function stopServer(server: ImageServer, closePort: () => Promise<void>): Promise<void> {
  server.drain();
  await closePort();
  await server.close();
}

function readUsers({ tokenFile }: CommandLine): ReadonlyMap<string, UserInfo> | undefined {
  if (tokenFile === undefined) return undefined;
  try {
    return parseTokenFile(readText(tokenFile));
  } catch (error) {
    if (!(error instanceof TokenFileError)) throw error;
    throw new InputFileError(tokenFile, error.message);
  }
}

function readTls({ tls }: CommandLine): ListenOptions['tls'] {
  return tls === undefined
    ? undefined
    : { cert: readText(tls.certFile), key: readText(tls.keyFile) };
}

async function serverOptions(
  command: CommandLine,
  {
    users,
    log,
  }: {
    readonly users: ReadonlyMap<string, UserInfo> | undefined;
    readonly log: (line: string) => void;
  },
): Promise<ImageServerOptions> {
  const seed = readObjects(command.seedPaths);
  const { internalRegistry, externalRegistry, defaultImportMode } = command;
  return {
    seed,
    legacyApi: command.legacyApi,
    registrySource: createOciSource({ fetch: registryFetch }),
    importController: command.importController,
    corsOrigins: command.corsOrigins,
    compress: gzipBytes,
    onError: (error) => log(`error: ${describe(error)}`),
    ...accessOptions(command, { users, seed }),
    ...(await admissionOptions(command, { seed, log })),
    ...(command.logRequests ? { onRequest: (line) => log(line) } : {}),
    ...(internalRegistry === undefined ? {} : { internalRegistry }),
    ...(externalRegistry === undefined ? {} : { externalRegistry }),
    ...(defaultImportMode === undefined ? {} : { defaultImportMode }),
    ...(command.allowedRegistriesFile === undefined
      ? {}
      : { allowedRegistries: readAllowedRegistries(command.allowedRegistriesFile) }),
    ...(command.faultsFile === undefined ? {} : { faults: readFaults(command.faultsFile) }),
  };
}

async function admissionOptions(
  command: CommandLine,
  told: { readonly seed: readonly KubeObject[]; readonly log: (line: string) => void },
): Promise<Pick<ImageServerOptions, 'admission'>> {
  if (command.admissionWebhooks.length === 0) return {};
  // Few servers have webhooks, and loading what calls them is a good part of a start.
  const { createCommandAdmission } = await import('./command-admission.js');
  return { admission: createCommandAdmission(command, told) };
}

/**
 * With tokens, who sends none is anonymous; with roles, they decide. Roles without tokens are for trying out: everybody is
 * anonymous then. Tokens without roles make everybody who has one an administrator.
 */
function accessOptions(
  { rbacPath }: CommandLine,
  {
    users,
    seed,
  }: {
    readonly users: ReadonlyMap<string, UserInfo> | undefined;
    readonly seed: readonly KubeObject[];
  },
): Pick<ImageServerOptions, 'authenticate' | 'authorizer'> {
  if (users === undefined && rbacPath === undefined) return {};
  const known =
    rbacPath === undefined ? withAdministration(users ?? new Map()) : (users ?? new Map());
  const roles = rbacPath === undefined ? [] : readObjects([rbacPath]);
  return {
    authenticate: tokenAuthentication(known),
    authorizer: rbacAuthorizer([...seed, ...roles]),
  };
}

function withAdministration(users: ReadonlyMap<string, UserInfo>): Map<string, UserInfo> {
  const { groups } = clusterAdministrator;
  return new Map(
    [...users].map(([token, user]) => [token, { ...user, groups: [...user.groups, ...groups] }]),
  );
}

/** In one line: what a store tells of heals by itself, and may be told again and again. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
