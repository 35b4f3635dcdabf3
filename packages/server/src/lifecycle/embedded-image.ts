import type { Image } from '@imagestream/image-v1';

/**
 * An image as other objects show it: without kind and apiVersion, like every record inside another one, and without
 * the texts of manifest and config. Shares what is below with the argument.
 *
 * Source: image-embedded.
 */
export function embedImage(image: Image): Image {
  const { dockerImageManifest: _manifest, dockerImageConfig: _config, ...rest } = image;
  return asRecord(rest);
}

/**
 * What stands for an image that was not loaded: its name and where to pull it from, as far as they are known, and the
 * empty metadata that every image prints.
 *
 * Source: image-embedded-stub.
 */
export function stubImage(known: { readonly name: string; readonly pullSpec: string }): Image {
  return asRecord({
    metadata: known.name === '' ? {} : { name: known.name },
    ...(known.pullSpec === '' ? {} : { dockerImageReference: known.pullSpec }),
    dockerImageMetadata: {
      kind: 'DockerImage',
      apiVersion: 'image.openshift.io/1.0',
      Id: '',
      Created: null,
      ContainerConfig: {},
    },
    dockerImageMetadataVersion: '1.0',
  });
}

function asRecord(
  image: Omit<Image, 'apiVersion' | 'kind'> & Partial<Pick<Image, 'apiVersion' | 'kind'>>,
): Image {
  const { apiVersion: _apiVersion, kind: _kind, ...record } = image;
  // The generated type demands both members; a server prints them at the top level only.
  return record as Image;
}
