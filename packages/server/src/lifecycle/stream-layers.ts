import type {
  Image,
  ImageBlobReferences,
  ImageLayerData,
  ImageStream,
  ImageStreamLayers,
} from '@imagestream/image-v1';
import { MEDIA_TYPES } from '@imagestream/image-v1';

/** Finds an image by name; undefined when there is none. */
export type ImageLookup = (name: string) => Image | undefined;

/**
 * Builds the layers view of a stream: every image of its whole history, the images behind manifest lists included, with
 * the blobs each consists of. An image that is not there is listed as missing.
 *
 * Source: layers-view.
 */
export function makeImageStreamLayers(stream: ImageStream, lookup: ImageLookup): ImageStreamLayers {
  const view = {
    blobs: new Map<string, ImageLayerData>(),
    images: new Map<string, ImageBlobReferences>(),
  };
  for (const name of historyImages(stream)) addImage(view, name, lookup);
  return {
    kind: 'ImageStreamLayers',
    apiVersion: 'image.openshift.io/v1',
    metadata: stream.metadata,
    blobs: Object.fromEntries(view.blobs),
    images: Object.fromEntries(view.images),
  };
}

/** The names of the images in the history of a stream, newest first within each tag; a mere reference has none. */
export function historyImages(stream: ImageStream): string[] {
  const names = (stream.status?.tags ?? []).flatMap(({ items }) =>
    (items ?? []).map(({ image }) => image),
  );
  return [...new Set(names.filter((name) => name !== ''))];
}

interface View {
  readonly blobs: Map<string, ImageLayerData>;
  readonly images: Map<string, ImageBlobReferences>;
}

/** Source: layers-image. Images point to others without depth limit, but each is added once. */
function addImage(view: View, first: string, lookup: ImageLookup): void {
  const pending = [first];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (view.images.has(name)) continue;
    const image = lookup(name);
    if (image === undefined) {
      view.images.set(name, { imageMissing: true, layers: null, config: null });
      continue;
    }
    pending.push(...addPresentImage(view, name, image));
  }
}

function addPresentImage(view: View, name: string, image: Image): string[] {
  const layers = image.dockerImageLayers ?? [];
  for (const layer of layers) {
    if (view.blobs.has(layer.name)) continue;
    view.blobs.set(layer.name, { size: layer.size, mediaType: layer.mediaType });
  }
  const mediaType = image.dockerImageManifestMediaType ?? '';
  const config = configDigest(image, mediaType);
  const configType = CONFIG_TYPES.get(mediaType);
  if (config !== null && configType !== undefined && !view.blobs.has(config)) {
    view.blobs.set(config, { size: null, mediaType: configType });
  }
  const manifests = (image.dockerImageManifests ?? []).map(({ digest }) => digest);
  view.images.set(name, {
    imageMissing: false,
    layers: layers.length === 0 ? null : layers.map((layer) => layer.name),
    config,
    ...(manifests.length === 0 ? {} : { manifests }),
  });
  view.blobs.set(name, { size: null, mediaType: mediaType || MEDIA_TYPES.dockerSchema2 });
  return manifests;
}

/** What the config blob of an image is, by the type of its manifest. Others have none. */
const CONFIG_TYPES: ReadonlyMap<string, string> = new Map([
  [MEDIA_TYPES.dockerSchema2, 'application/vnd.docker.container.image.v1+json'],
  [MEDIA_TYPES.ociManifest, 'application/vnd.oci.image.config.v1+json'],
]);

/** Only images with a config blob have one; the metadata carries its digest as the id. */
function configDigest(image: Image, mediaType: string): string | null {
  if (!CONFIG_TYPES.has(mediaType)) return null;
  const id = image.dockerImageMetadata?.['Id'];
  return typeof id === 'string' ? id : '';
}
