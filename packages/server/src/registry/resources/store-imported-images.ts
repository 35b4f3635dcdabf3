import { isStatusError } from '@imagestream/core';
import type { Image, ImageImportStatus } from '@imagestream/image-v1';
import type { ImportOutcome } from '../../import/run-import.js';
import { embedImage } from '../../lifecycle/embedded-image.js';
import { normalizeWholeImage } from '../../lifecycle/normalize-image.js';
import { formatTime, onObject, type RequestContext } from '../request-context.js';
import type { StoredRegistry } from '../resource-dependencies.js';

/**
 * Stores the images that an import found, those behind manifest lists first, and returns the outcome with the images as they
 * are stored. An image that is there already is left alone. Signatures and the texts of manifest and config are not kept.
 *
 * Throws what else the storing of an image is refused for.
 *
 * Source: import-store-images.
 */
export async function storeImportedImages(
  images: StoredRegistry<Image>,
  context: RequestContext,
  outcome: ImportOutcome,
): Promise<ImportOutcome> {
  const stored = new Map<string, Image>();
  const store = async (image: Image): Promise<Image> => {
    const { name = '' } = image.metadata;
    const known = stored.get(name);
    if (known !== undefined) return { ...known, ...pickReference(image) };
    const result = await createImage(images, context, image);
    stored.set(name, result);
    return result;
  };
  const storeResult = async (result: ImageImportStatus): Promise<ImageImportStatus> => {
    const { image, manifests } = result;
    if (image === undefined) return result;
    const storedManifests: Image[] = [];
    for (const manifest of manifests ?? []) storedManifests.push(await store(manifest));
    return {
      ...result,
      image: await store(image),
      ...(manifests === undefined ? {} : { manifests: storedManifests }),
    };
  };
  const { repository } = outcome;
  const fromRepository: ImageImportStatus[] = [];
  for (const result of repository?.images ?? []) fromRepository.push(await storeResult(result));
  const single: ImageImportStatus[] = [];
  for (const result of outcome.images ?? []) single.push(await storeResult(result));
  return {
    ...(outcome.images === undefined ? {} : { images: single }),
    ...(repository === undefined
      ? {}
      : {
          repository: {
            ...repository,
            ...(repository.images === undefined ? {} : { images: fromRepository }),
          },
        }),
  };
}

async function createImage(
  images: StoredRegistry<Image>,
  context: RequestContext,
  found: Image,
): Promise<Image> {
  const { signatures: _signatures, ...image } = embedImage(found);
  const { name = '' } = image.metadata;
  try {
    const created = await images.create(
      onObject(context, { namespace: '', name }),
      normalizeWholeImage(image),
    );
    if (created.kind !== 'Image') throw new Error('creating an image did not answer with one');
    return embedImage(created);
  } catch (error) {
    if (!isStatusError(error, 'AlreadyExists')) throw error;
    // It is there already. The answer shows the one that was about to be stored, with the identity it would have had.
    const creationTimestamp = formatTime(context.now());
    return { ...image, metadata: { ...image.metadata, uid: context.newUid(), creationTimestamp } };
  }
}

function pickReference({ dockerImageReference }: Image): Pick<Image, 'dockerImageReference'> {
  return dockerImageReference === undefined ? {} : { dockerImageReference };
}
