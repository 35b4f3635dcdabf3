import { isOciDigest, parseOciDigest } from '@imagestream/image-v1';
import {
  DEFAULT_TAG,
  formatImageReference,
  prioritizeTags,
  tryParseImageReference,
  withDockerClientDefaults,
  type Image,
  type ImageImportSpec,
  type ImageImportStatus,
  type ImageReference,
  type ImageStream,
  type ImageStreamImportSpec,
  type RepositoryImportSpec,
  type RepositoryImportStatus,
} from '@imagestream/image-v1';
import { specTagNamed } from '../lifecycle/exact-tag.js';
import { fetchImage, type FoundImage, type PlatformPreference } from './build-image.js';
import {
  imageFailure,
  partialFailure,
  repositoryFailure,
  successfulImport,
  unreadableReference,
} from './import-status.js';
import type { CredentialsLookup } from './pull-credentials.js';
import type { RegistrySource, RepositoryConnection } from './registry-source.js';

/** What an import works with. */
export interface ImportParts {
  readonly source: RegistrySource;
  readonly credentials: CredentialsLookup;
  /** How many tags of a repository are imported; the others are only named. -1 = all. */
  readonly maxRepositoryTags: number;
  /** The wire time of now. */
  readonly now: string;
  readonly signal: AbortSignal;
}

/** What is to be imported, and the stream it is for: its spec tags say which platform is preferred. */
export interface ImportRequest {
  readonly spec: ImageStreamImportSpec;
  readonly stream: ImageStream;
}

/** What came of it, one entry per image asked for, in their order. */
export interface ImportOutcome {
  readonly images?: ImageImportStatus[];
  readonly repository?: RepositoryImportStatus;
}

const PREFER_ARCHITECTURE = 'importer.image.openshift.io/prefer-arch';
const PREFER_OS = 'importer.image.openshift.io/prefer-os';
const ANY_PLATFORM: PlatformPreference = { architecture: '', os: '' };

/**
 * Fetches what an import asks for. Never fails as a whole: each image, and a repository, has a status of its own.
 *
 * Images of one repository share a connection and what was fetched on it; the first of them decides whether it may be
 * insecure.
 *
 * Source: import-run, deviation-import-rate, deviation-import-mirrors.
 */
export async function runImport(
  parts: ImportParts,
  request: ImportRequest,
): Promise<ImportOutcome> {
  const run = new ImportRun(parts, request.stream);
  const { images = [], repository } = request.spec;
  for (const image of images) run.register(image);
  const results: ImageImportStatus[] = [];
  for (const image of images) results.push(await run.image(image));
  return {
    ...(images.length === 0 ? {} : { images: results }),
    ...(repository === undefined ? {} : { repository: await run.repository(repository) }),
  };
}

/** One request: its connections, and what they brought already. */
class ImportRun {
  readonly #parts: ImportParts;
  readonly #stream: ImageStream;
  readonly #connections = new Map<string, RepositoryConnection>();
  readonly #found = new Map<string, Promise<FoundImage>>();
  /** Tags that were asked for one by one, by repository: a repository does not name them once more. */
  readonly #asked = new Set<string>();

  constructor(parts: ImportParts, stream: ImageStream) {
    this.#parts = parts;
    this.#stream = stream;
  }

  /** Opens the connection of an image, so that the first image of a repository decides how. */
  register(spec: ImageImportSpec): void {
    if (spec.from.kind !== 'DockerImage') return;
    const parsed = tryParseImageReference(spec.from.name ?? '');
    if (parsed.type === 'reference') this.#connect(parsed.reference, spec);
  }

  async image(spec: ImageImportSpec): Promise<ImageImportStatus> {
    const name = spec.from.name ?? '';
    const parsed = tryParseImageReference(name);
    if (parsed.type === 'error') return { status: unreadableReference(name, parsed.error.message) };
    const given = parsed.reference;
    const byDigest = given.id !== '';
    const tag = byDigest ? '' : withDockerClientDefaults(given).tag;
    if (!byDigest) this.#asked.add(tagKey(given, tag));
    const status = await this.#fetch(given, spec, {
      reference: byDigest ? given.id : tag,
      platform: byDigest ? ANY_PLATFORM : this.#preference(spec.to?.name ?? given.tag),
    });
    return byDigest ? status : { ...status, tag };
  }

  async repository(spec: RepositoryImportSpec): Promise<RepositoryImportStatus> {
    const name = spec.from.name ?? '';
    const parsed = tryParseImageReference(name);
    if (parsed.type === 'error') return { status: unreadableReference(name, parsed.error.message) };
    const given = parsed.reference;
    let listed: string[];
    try {
      listed = await this.#connect(given, spec).listTags();
    } catch (error) {
      return { status: repositoryFailure(error, formatImageReference(given)) };
    }
    const tags = prioritizeTags(listed.map((tag) => tag || DEFAULT_TAG));
    const max = this.#parts.maxRepositoryTags;
    const wanted = max === -1 ? tags : tags.slice(0, max);
    const additionalTags = tags
      .slice(wanted.length)
      .filter((tag) => !this.#asked.has(tagKey(given, tag)));
    const images: ImageImportStatus[] = [];
    for (const tag of wanted) {
      images.push({
        ...(await this.#fetch(given, spec, { reference: tag, platform: ANY_PLATFORM })),
        tag,
      });
    }
    const failed = images.filter(({ image }) => image === undefined).length;
    return {
      status: failed === 0 ? successfulImport() : partialFailure(failed),
      ...(images.length === 0 ? {} : { images }),
      ...(additionalTags.length === 0 ? {} : { additionalTags }),
    };
  }

  async #fetch(
    given: ImageReference,
    spec: ImageImportSpec | RepositoryImportSpec,
    wanted: { readonly reference: string; readonly platform: PlatformPreference },
  ): Promise<ImageImportStatus> {
    const { reference, platform } = wanted;
    const isDigest = reference.includes(':');
    const named = { ...given, tag: isDigest ? '' : reference, id: isDigest ? reference : '' };
    const shown = formatImageReference(withDockerClientDefaults(named));
    try {
      checkFetchable(named);
      const preserveOriginal = spec.importPolicy?.importMode === 'PreserveOriginal';
      const found = await this.#find(given, spec, { reference, platform, preserveOriginal });
      return describe(found, given);
    } catch (error) {
      return { status: imageFailure(error, shown) };
    }
  }

  /** One fetch per repository, reference, mode and platform, however many entries ask for it. */
  #find(
    given: ImageReference,
    spec: ImageImportSpec | RepositoryImportSpec,
    wanted: {
      readonly reference: string;
      readonly platform: PlatformPreference;
      readonly preserveOriginal: boolean;
    },
  ): Promise<FoundImage> {
    const key = JSON.stringify([repositoryKey(given), wanted]);
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const connection = this.#connect(given, spec);
    const { reference, ...options } = wanted;
    const found = fetchImage(connection, reference, { ...options, now: this.#parts.now });
    this.#found.set(key, found);
    return found;
  }

  #connect(
    given: ImageReference,
    spec: ImageImportSpec | RepositoryImportSpec,
  ): RepositoryConnection {
    const key = repositoryKey(given);
    const known = this.#connections.get(key);
    if (known !== undefined) return known;
    const { registry, namespace, name } = withDockerClientDefaults(given);
    const repository = namespace === '' ? name : `${namespace}/${name}`;
    const credentials = this.#parts.credentials({ registry, repository });
    const connection = this.#parts.source.connect(
      {
        registry,
        repository,
        insecure: spec.importPolicy?.insecure === true,
        ...(credentials === undefined ? {} : { credentials }),
      },
      this.#parts.signal,
    );
    this.#connections.set(key, connection);
    return connection;
  }

  /** Source: import-platform-preference. The stream as it is says it, not the request. */
  #preference(tag: string): PlatformPreference {
    const annotations = specTagNamed(this.#stream, tag)?.annotations ?? {};
    return {
      architecture: annotations[PREFER_ARCHITECTURE] ?? '',
      os: annotations[PREFER_OS] ?? '',
    };
  }
}

/** Source: import-reference-normalised, digest-oci. What the fetching side reads more strictly than everybody else. */
function checkFetchable(reference: ImageReference): void {
  if (reference.id !== '' && !isOciDigest(reference.id)) parseOciDigest(reference.id);
  if (reference.name === '') {
    throw new Error(`unable to parse docker reference : invalid reference format`);
  }
}

function repositoryKey(reference: ImageReference): string {
  return formatImageReference({ ...withDockerClientDefaults(reference), tag: '', id: '' });
}

function tagKey(reference: ImageReference, tag: string): string {
  return `${repositoryKey(reference)}:${tag}`;
}

/** The image under the name it was asked for by, registry and path as they were written. */
function describe({ image, manifests }: FoundImage, given: ImageReference): ImageImportStatus {
  return {
    status: successfulImport(),
    image: withReference(image, given),
    ...(manifests === undefined || manifests.length === 0
      ? {}
      : { manifests: manifests.map((manifest) => withReference(manifest, given)) }),
  };
}

function withReference(image: Image, given: ImageReference): Image {
  const id = image.metadata.name ?? '';
  return { ...image, dockerImageReference: formatImageReference({ ...given, tag: '', id }) };
}
