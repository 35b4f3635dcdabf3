/** A repository in a registry, by the names they have on the network. */
export interface RepositoryTarget {
  /** Host, or host and port. */
  readonly registry: string;
  /** The path of the repository, `library/ruby`. */
  readonly repository: string;
  /** Certificates need not be valid, and plain http is tried when https fails. */
  readonly insecure: boolean;
  readonly credentials?: RegistryCredentials;
}

/** What a registry asks for before it lets somebody pull. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

/** A manifest as a registry serves it. */
export interface FetchedManifest {
  /** Byte for byte what was sent. */
  readonly text: string;
  /** Of the answer, without parameters; empty when the registry did not say. */
  readonly mediaType: string;
}

/**
 * One repository, ready to be read. Methods may be called concurrently; they throw a RegistryError when the registry
 * refuses or cannot be reached.
 */
export interface RepositoryConnection {
  /** All tags, in the order of the registry. */
  listTags(): Promise<string[]>;
  /** By tag or digest. What a digest names is checked against it. */
  manifest(reference: string): Promise<FetchedManifest>;
  /** The text of a blob, checked against its digest. */
  blob(digest: string): Promise<string>;
  /** How many bytes a blob has, without fetching it. */
  blobSizeBytes(digest: string): Promise<number>;
}

/**
 * What the importer asks of registries: a real one over HTTP, or one that a test made up.
 *
 * Source: import-registry-calls.
 */
export interface RegistrySource {
  /** Never waits for the network: the first request does. `signal` ends everything that runs on the connection. */
  connect(target: RepositoryTarget, signal: AbortSignal): RepositoryConnection;
}

/** Why a registry did not give what was asked for. */
export type RegistryErrorCode =
  /** The repository is there, the manifest is not. */
  | 'ManifestUnknown'
  /** The repository is not there. */
  | 'NameUnknown'
  /** The registry refuses the caller, with or without credentials. */
  | 'Unauthorized'
  /** The registry wants basic authentication and there are no credentials for it. */
  | 'NoCredentials'
  /** Anything else: no connection, another refusal, content that is not what its digest says. */
  | 'Failed';

/** A registry did not give what was asked for. The message is worded as the API server's own client words it. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code: RegistryErrorCode;

  constructor(code: RegistryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
