import { quoteGo } from '@imagestream/core';
import {
  asRepository,
  formatImageReference,
  type ImageReference,
  registryAddress,
  tryParseImageReference,
  withDockerClientDefaults,
} from '@imagestream/image-v1';

/** One entry of a cluster's list of registries that images may come from. */
export interface AllowedRegistry {
  /** Host, optionally with a port; `*` and `?` are wildcards in both. */
  readonly domainName: string;
  /** Reached without TLS: the port is 80 unless written. */
  readonly insecure?: boolean;
}

/**
 * How a registry would be spoken to. It decides the port of a registry that names none; under `any` the port stays
 * open.
 */
export type RegistryTransport = 'secure' | 'insecure' | 'any';

/** A configured list that cannot be used. */
export class AllowedRegistriesError extends Error {
  override readonly name = 'AllowedRegistriesError';
  readonly code = 'InvalidAllowedRegistry';
  /** The entry at fault. */
  readonly domainName: string;

  constructor(domainName: string) {
    super(`failed to parse allowed registry ${quoteGo(domainName)}: too many colons`);
    this.domainName = domainName;
  }
}

/** Decides which registries images may come from. Immutable. */
export interface AllowedRegistries {
  /**
   * Returns why a reference is refused, in the server's words, or undefined when it is admitted.
   *
   * Source: registry-allowed.
   */
  refuse(reference: ImageReference, transport: RegistryTransport): string | undefined;
  /**
   * Returns a list that admits the repositories of the given pull specs as well, whatever their tag or digest. Texts
   * that do not parse are ignored.
   *
   * Source: registry-allowed-old.
   */
  admitting(pullSpecs: Iterable<string>): AllowedRegistries;
}

/** Admits everything: what a cluster without a list does. Source: registry-allowed. */
export const ALL_REGISTRIES: AllowedRegistries = {
  refuse: () => undefined,
  admitting: () => ALL_REGISTRIES,
};

/**
 * Reads a list of allowed registries. Without a list everything is admitted; an empty list admits nothing but the
 * cluster's own registry.
 *
 * Throws an {@link AllowedRegistriesError} on an entry with more than one colon.
 *
 * Source: registry-allowed, registry-allowed-entry.
 *
 * @example
 * const registries = createAllowedRegistries([{ domainName: 'quay.io' }, { domainName: '*.corp.example:5000' }]);
 * registries.refuse(parseImageReference('docker.io/ruby'), 'secure');
 * // 'registry "docker.io" not allowed by whitelist: "quay.io:443", "*.corp.example:5000"'
 */
export function createAllowedRegistries(
  entries: readonly AllowedRegistry[] | undefined,
  options: { readonly internalRegistry?: string } = {},
): AllowedRegistries {
  if (entries === undefined) return ALL_REGISTRIES;
  const own = options.internalRegistry ? [{ domainName: options.internalRegistry }] : [];
  return new RegistryList(
    prepend(own.map(parseEntry), lastOfEach(entries.map(parseEntry))),
    new Set(),
  );
}

/** Of entries that say the same the last one stays where it is. */
function lastOfEach(entries: readonly Entry[]): Entry[] {
  return entries.filter(
    (entry, index) => !entries.slice(index + 1).some((later) => isSameEntry(entry, later)),
  );
}

function prepend(first: readonly Entry[], entries: readonly Entry[]): Entry[] {
  return [
    ...first.filter((entry) => !entries.some((other) => isSameEntry(entry, other))),
    ...entries,
  ];
}

function isSameEntry(a: Entry, b: Entry): boolean {
  return a.host === b.host && a.port === b.port;
}

interface Entry {
  readonly host: string;
  readonly port: string;
}

/** Where a reference would be fetched from; the port is undefined when it is open. */
interface Target {
  readonly host: string;
  readonly port: string | undefined;
}

class RegistryList implements AllowedRegistries {
  readonly #entries: readonly Entry[];
  /** Repositories admitted by name, see {@link repositoryKey}. */
  readonly #repositories: ReadonlySet<string>;

  constructor(entries: readonly Entry[], repositories: ReadonlySet<string>) {
    this.#entries = entries;
    this.#repositories = repositories;
  }

  refuse(reference: ImageReference, transport: RegistryTransport): string | undefined {
    if (this.#repositories.has(repositoryKey(reference))) return undefined;
    const target = targetOf(reference, transport);
    const candidates = HUB_HOSTS.has(target.host) ? [{ ...target, host: HUB }, target] : [target];
    if (candidates.some((candidate) => this.#admits(candidate))) return undefined;
    return this.#refusal(reference.registry || shownTarget(target));
  }

  admitting(pullSpecs: Iterable<string>): AllowedRegistries {
    const repositories = new Set(this.#repositories);
    for (const pullSpec of pullSpecs) {
      const parsed = tryParseImageReference(pullSpec);
      if (parsed.type === 'reference') repositories.add(repositoryKey(parsed.reference));
    }
    return new RegistryList(this.#entries, repositories);
  }

  #admits(target: Target): boolean {
    return this.#entries.some((entry) => {
      if (!matchesGlob(entry.host, target.host)) return false;
      if (target.port === undefined) return OPEN_PORTS.has(entry.port);
      return matchesGlob(entry.port, target.port);
    });
  }

  /** Source: registry-allowed. Beyond five entries only four are shown. */
  #refusal(registry: string): string {
    const refused = `registry ${quoteGo(registry)} not allowed by`;
    if (this.#entries.length === 0) return `${refused} empty whitelist`;
    const shown = this.#entries.map(({ host, port }) => quoteGo(`${host}:${port}`));
    if (shown.length <= MAX_SHOWN) return `${refused} whitelist: ${shown.join(', ')}`;
    const first = shown.slice(0, MAX_SHOWN - 1);
    return `${refused} whitelist: ${first.join(', ')}, and ${shown.length - first.length} more ...`;
  }
}

const MAX_SHOWN = 5;
const HUB = 'docker.io';
const HUB_HOSTS: ReadonlySet<string> = new Set(['index.docker.io', 'registry-1.docker.io']);
/** What an entry must name as its port for a registry whose port is open. Source: registry-allowed. */
const OPEN_PORTS: ReadonlySet<string> = new Set(['80', '443', '*']);

/** Source: registry-allowed-entry. */
function parseEntry(entry: AllowedRegistry): Entry {
  const parts = entry.domainName.split(':', 3);
  if (parts.length > 2) throw new AllowedRegistriesError(entry.domainName);
  const [host = '', port = entry.insecure === true ? '80' : '443'] = parts;
  return { host, port };
}

function targetOf(reference: ImageReference, transport: RegistryTransport): Target {
  if (transport !== 'any') {
    const { host, port } = registryAddress(reference, { insecure: transport === 'insecure' });
    return { host, port: port === '' ? undefined : port };
  }
  const registry = reference.registry || HUB;
  const [host = '', port = '', ...more] = registry.split(':');
  return port === '' || more.length > 0 ? { host: registry, port: undefined } : { host, port };
}

function shownTarget(target: Target): string {
  return target.port === undefined ? target.host : `${target.host}:${target.port}`;
}

/** The repository after client defaults; one empty text for all mere registries. Source: registry-allowed-old. */
function repositoryKey(reference: ImageReference): string {
  return formatImageReference(asRepository(withDockerClientDefaults(reference)));
}

/** `*` is any run of characters, `?` exactly one. Time is the product of the two lengths at worst, never more. */
function matchesGlob(pattern: string, text: string): boolean {
  let inPattern = 0;
  let inText = 0;
  let star = -1;
  let resume = 0;
  while (inText < text.length) {
    const wanted = pattern[inPattern];
    if (wanted === '*') {
      star = inPattern;
      resume = inText;
      inPattern += 1;
    } else if (wanted === '?' || wanted === text[inText]) {
      inPattern += 1;
      inText += 1;
    } else if (star !== -1) {
      resume += 1;
      inText = resume;
      inPattern = star + 1;
    } else {
      return false;
    }
  }
  while (pattern[inPattern] === '*') inPattern += 1;
  return inPattern === pattern.length;
}
