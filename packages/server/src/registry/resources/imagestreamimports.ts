import { conflictError, isStatusError, type StatusError } from '@imagestream/core';
import {
  defaultImageStream,
  imageStreamImports,
  normalizeImageStreamImport,
  type ImageImportStatus,
  type ImageStream,
  type ImageStreamImport,
} from '@imagestream/image-v1';
import {
  createAllowedRegistries,
  validateImageStreamImport,
  validateImportRegistries,
  type AllowedRegistries,
} from '@imagestream/validators';
import { createCredentialsLookup } from '../../import/pull-credentials.js';
import {
  IMPORT_CHECK_ANNOTATION,
  recordImport,
  recordRefusal,
} from '../../import/record-import.js';
import type { RegistrySource } from '../../import/registry-source.js';
import { runImport, type ImportOutcome, type ImportRequest } from '../../import/run-import.js';
import { embedImage } from '../../lifecycle/embedded-image.js';
import { formatTime, type RequestContext } from '../request-context.js';
import type { ResourceDependencies } from '../resource-dependencies.js';
import type { ResourceInfo, Rest } from '../rest.js';
import { sameJson } from '../same-json.js';
import { outOfTime } from '../unfinished-write.js';
import { beginCreate, refuseIfAny, refuseUpdateIfAny } from './begin-create.js';
import { pullSecrets } from './imagestream-secrets.js';
import { IMAGE_GROUP, toResourceInfo } from './resource-info.js';
import { storeImportedImages } from './store-imported-images.js';
import { emptyStream, findStream, updateStream, type TagParts } from './tag-requests.js';

/** What `imagestreamimports` is. */
export const imageStreamImportsInfo: ResourceInfo = toResourceInfo(imageStreamImports);

/** Source: import-repository-limit. */
const MAX_REPOSITORY_TAGS = 50;

/** What imports read from and write to. */
export interface ImportRestParts extends TagParts {
  readonly dependencies: ResourceDependencies;
  readonly source: RegistrySource;
}

/**
 * `imagestreamimports`: looks images up in their registries while the client waits, and unless it only wants to look,
 * writes them and the tags of the stream. The answer is 201 whatever became of the images; each has its own status.
 *
 * Source: import-create.
 */
export function createImageStreamImportsRest(parts: ImportRestParts): Rest<ImageStreamImport> {
  const { settings } = parts.dependencies;
  const registries = createAllowedRegistries(settings.allowedRegistries, settings);
  return {
    info: imageStreamImportsInfo,
    tables: false,
    normalize: (object) =>
      normalizeImageStreamImport(object, { importMode: settings.defaultImportMode }),
    // The server does not look at dryRun here: images and tags are written. Source: import-dry-run.
    create: (context, object) =>
      importImages({ ...parts, registries }, { ...context, dryRun: false }, object),
  };
}

interface ImportWriteParts extends ImportRestParts {
  readonly registries: AllowedRegistries;
}

async function importImages(
  parts: ImportWriteParts,
  context: RequestContext,
  given: ImageStreamImport,
): Promise<ImageStreamImport> {
  const request: ImageStreamImport = { ...given, metadata: { ...given.metadata }, status: {} };
  beginCreate(context, imageStreamImportsInfo, request);
  refuseIfAny(imageStreamImportsInfo, request, validateImageStreamImport(request));
  await context.admit?.({ info: imageStreamImportsInfo, operation: 'CREATE', object: request });
  refuseRegistries(parts, context, request);
  const stream = await readTarget(parts, context, request);
  const target = stream ?? { ...emptyStream(context, request.metadata.name ?? ''), status: {} };
  const outcome = await fetchImages(parts, context, { spec: request.spec, stream: target });
  // What was broken off says nothing about the images, and nothing of it may be recorded as their failure.
  if (context.signal.aborted) throw outOfTime();
  if (!request.spec.import) return answer(request, dropManifests(request, outcome));
  const now = formatTime(context.now());
  const changed = recordImport(target, { spec: request.spec, outcome, now });
  const stored = await storeImportedImages(parts.images, context, outcome);
  const written = await writeStream(parts, context, { original: stream, target, changed });
  return answer(request, dropManifests(request, stored), written);
}

/** Source: import-registry. Whoever may store images or mappings may import from anywhere. */
function refuseRegistries(
  { registries }: ImportWriteParts,
  context: RequestContext,
  request: ImageStreamImport,
): void {
  const may = (resource: string): boolean =>
    context.authorizer.can(context.user, { verb: 'create', group: IMAGE_GROUP, resource }).allowed;
  if (may('images') || may('imagestreammapping')) return;
  refuseUpdateIfAny(imageStreamImportsInfo, request, validateImportRegistries(request, registries));
}

/** The stream to import into; undefined when it is to be made. Source: import-preconditions. */
async function readTarget(
  parts: ImportWriteParts,
  context: RequestContext,
  request: ImageStreamImport,
): Promise<ImageStream | undefined> {
  const { name = '', resourceVersion = '' } = request.metadata;
  if (resourceVersion === '') return findStream(parts, context, name);
  const stream = await parts.streams.streams.get(context, name);
  const current = stream.metadata.resourceVersion ?? '';
  if (current === resourceVersion) return stream;
  const why = `the image stream was updated from "${resourceVersion}" to "${current}"`;
  throw conflictError({ group: IMAGE_GROUP, resource: 'imagestream', name }, why);
}

/** Once with the credentials of the namespace, and where they are wrong, once more without. Source: import-credentials. */
async function fetchImages(
  parts: ImportWriteParts,
  context: RequestContext,
  request: ImportRequest,
): Promise<ImportOutcome> {
  const { cluster } = parts.dependencies;
  const importParts = {
    source: parts.source,
    credentials: createCredentialsLookup(pullSecrets(cluster, context.namespace)),
    maxRepositoryTags: MAX_REPOSITORY_TAGS,
    now: formatTime(context.now()),
    signal: context.signal,
  };
  const first = await runImport(importParts, request);
  if (!(first.images ?? []).some(isBadPassword)) return first;
  const second = await runImport({ ...importParts, credentials: () => undefined }, request);
  const images = (second.images ?? []).map((result, index) =>
    result.status.reason === 'Unauthorized' ? (first.images?.[index] ?? result) : result,
  );
  return { ...second, images };
}

function isBadPassword({ status }: ImageImportStatus): boolean {
  return status.reason === 'Unauthorized' && /username or password/i.test(status.message ?? '');
}

interface StreamChange {
  /** As it is stored; undefined when it is new. */
  readonly original: ImageStream | undefined;
  /** What the import started from. */
  readonly target: ImageStream;
  readonly changed: ImageStream;
}

/** Source: import-write. An import that finds nothing new leaves a stream alone once it has been imported into. */
async function writeStream(
  parts: ImportWriteParts,
  context: RequestContext,
  change: StreamChange,
): Promise<ImageStream> {
  const { original, target } = change;
  const importMode = parts.dependencies.settings.defaultImportMode;
  const changed = defaultImageStream(change.changed, { importMode });
  const hasCheck = target.metadata.annotations?.[IMPORT_CHECK_ANNOTATION] !== undefined;
  if (original !== undefined && hasCheck && sameJson(changed, original)) return original;
  const stamped = stamp(context, changed);
  try {
    if (original !== undefined) return await updateStream(parts, context, stamped);
    const created = await parts.streams.internal.create(context, structuredClone(stamped));
    if (created.kind !== 'ImageStream')
      throw new Error('creating a stream did not answer with one');
    return created;
  } catch (error) {
    if (isLimitRefusal(error)) await reportRefusal(parts, context, { ...change, error });
    throw error;
  }
}

function stamp(context: RequestContext, stream: ImageStream): ImageStream {
  const annotations = {
    ...stream.metadata.annotations,
    [IMPORT_CHECK_ANNOTATION]: formatTime(context.now()),
  };
  return { ...stream, metadata: { ...stream.metadata, annotations } };
}

function isLimitRefusal(error: unknown): error is StatusError {
  const isRefusal = isStatusError(error, 'Forbidden') || isStatusError(error, 'Invalid');
  return isRefusal && error.message.includes('exceeds the maximum limit');
}

/**
 * Says on the stream as it was why the import was refused. The original error is what the client gets; that this could not be
 * written either is no news to it. A stream that does not exist yet is not made for it.
 */
async function reportRefusal(
  parts: ImportWriteParts,
  context: RequestContext,
  refusal: StreamChange & { readonly error: StatusError },
): Promise<void> {
  const { original, changed, error } = refusal;
  if (original === undefined) return;
  const now = formatTime(context.now());
  const marked = recordRefusal(original, { attempted: changed, status: error.status, now });
  try {
    await updateStream(parts, context, marked);
  } catch (failure) {
    if (!isStatusError(failure)) throw failure;
  }
}

/** Source: import-include-manifest. */
function dropManifests({ spec }: ImageStreamImport, outcome: ImportOutcome): ImportOutcome {
  const { images, repository } = outcome;
  const drop = (result: ImageImportStatus, keep: boolean | undefined): ImageImportStatus =>
    keep === true || result.image === undefined
      ? result
      : { ...result, image: embedImage(result.image) };
  return {
    ...(images === undefined
      ? {}
      : {
          images: images.map((result, index) =>
            drop(result, spec.images?.[index]?.includeManifest),
          ),
        }),
    ...(repository === undefined
      ? {}
      : {
          repository: {
            ...repository,
            ...(repository.images === undefined
              ? {}
              : {
                  images: repository.images.map((result) =>
                    drop(result, spec.repository?.includeManifest),
                  ),
                }),
          },
        }),
  };
}

function answer(
  request: ImageStreamImport,
  outcome: ImportOutcome,
  stream?: ImageStream,
): ImageStreamImport {
  return {
    ...request,
    status: { ...(stream === undefined ? {} : { import: embedStream(stream) }), ...outcome },
  };
}

function embedStream({
  kind: _kind,
  apiVersion: _apiVersion,
  ...record
}: ImageStream): ImageStream {
  // The generated type demands both members; a server prints them at the top level only.
  return record as ImageStream;
}
