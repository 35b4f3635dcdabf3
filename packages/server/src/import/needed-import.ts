import {
  isDigest,
  tryParseImageReference,
  type ImageImportSpec,
  type ImageStream,
  type ImageStreamImport,
  type ImageStreamImportSpec,
  type TagReference,
} from '@imagestream/image-v1';
import { isInsecureRepository } from '@imagestream/validators';
import { statusTagNamed } from '../lifecycle/exact-tag.js';
import { IMPORT_CHECK_ANNOTATION } from './record-import.js';

/**
 * Returns the import that a stream needs now, as a cluster's controller would ask for it, or undefined when everything is up
 * to date: all of a stream that was never imported and names a repository, otherwise the tags whose spec is newer than what
 * is known of them, a failure that was reported included.
 *
 * Source: controller-needs-import.
 */
export function neededImport(stream: ImageStream): ImageStreamImport | undefined {
  const isNew = stream.metadata.annotations?.[IMPORT_CHECK_ANNOTATION] === undefined;
  const repository = stream.spec?.dockerImageRepository ?? '';
  const importable = (stream.spec?.tags ?? []).filter(isImportable);
  if (isNew && repository !== '') {
    const insecure = isInsecureRepository(stream.metadata);
    return makeImport(stream, {
      ...imagesOf(importable),
      repository: { from: { kind: 'DockerImage', name: repository }, importPolicy: { insecure } },
    });
  }
  const due = importable.filter((tag) => isDue(stream, tag));
  return due.length === 0 ? undefined : makeImport(stream, imagesOf(due));
}

/**
 * Returns the import of all tags of a stream that ask to be imported again now and then, or undefined when none does. A
 * digest never changes and is left out.
 *
 * Source: controller-scheduled-import.
 */
export function scheduledImport(stream: ImageStream): ImageStreamImport | undefined {
  const tags = (stream.spec?.tags ?? []).filter(
    (tag) => isImportable(tag) && tag.importPolicy?.scheduled === true && !namesDigest(tag),
  );
  return tags.length === 0 ? undefined : makeImport(stream, imagesOf(tags));
}

function isImportable(tag: TagReference): boolean {
  return tag.from?.kind === 'DockerImage' && tag.reference !== true;
}

/** Source: controller-needs-import. A failed import counts: it is not tried again until the spec changes. */
function isDue(stream: ImageStream, tag: TagReference): boolean {
  if (typeof tag.generation !== 'number') return true;
  const status = statusTagNamed(stream, tag.name);
  const imported = status?.items?.[0]?.generation ?? 0;
  const reported =
    status?.conditions?.find(({ type }) => type === 'ImportSuccess')?.generation ?? 0;
  return tag.generation > Math.max(imported, reported);
}

function namesDigest(tag: TagReference): boolean {
  const parsed = tryParseImageReference(tag.from?.name ?? '');
  return parsed.type === 'reference' && isDigest(parsed.reference.id);
}

function imagesOf(tags: readonly TagReference[]): Pick<ImageStreamImportSpec, 'images'> {
  if (tags.length === 0) return {};
  const images = tags.map((tag): ImageImportSpec => {
    const { importPolicy, referencePolicy } = tag;
    return {
      from: { kind: 'DockerImage', name: tag.from?.name ?? '' },
      to: { name: tag.name },
      ...(importPolicy === undefined ? {} : { importPolicy }),
      ...(referencePolicy === undefined ? {} : { referencePolicy }),
    };
  });
  return { images };
}

function makeImport(
  { metadata }: ImageStream,
  spec: Omit<ImageStreamImportSpec, 'import'>,
): ImageStreamImport {
  const { name = '', namespace = '', resourceVersion = '' } = metadata;
  return {
    kind: 'ImageStreamImport',
    apiVersion: 'image.openshift.io/v1',
    metadata: { name, namespace, resourceVersion },
    spec: { import: true, ...spec },
    status: {},
  };
}
