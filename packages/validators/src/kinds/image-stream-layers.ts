import { type FieldError, FieldPath, invalid } from '@imagestream/core';
import type { ImageBlobReferences, ImageStreamLayers } from '@imagestream/image-v1';
import { report } from '../report.js';

/**
 * Checks the layers view of a stream, which the server does before it answers with one.
 *
 * Source: layers-missing, layers-manifests, layers-empty.
 */
export function validateImageStreamLayers(object: Pick<ImageStreamLayers, 'images'>): FieldError[] {
  return Object.entries(object.images ?? {}).flatMap(([name, image]) => {
    const path = FieldPath.of('images').key(name);
    const { layers, config, manifests = [] } = image;
    if (image.imageMissing === true) return checkMissing(image, path);
    if (manifests.length > 0) return checkManifestList(image, path);
    const errors = (layers ?? []).flatMap((layer, index) => {
      if (layer !== '') return [];
      return [
        report(
          'layers-empty',
          invalid(path.child('layers').index(index), layer, 'layer cannot be empty'),
        ),
      ];
    });
    if (config === '') {
      errors.push(
        report(
          'layers-empty',
          invalid(path.child('config'), '', 'config cannot be an empty string'),
        ),
      );
    }
    return errors;
  });
}

function checkMissing(image: ImageBlobReferences, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const add = (field: string, value: unknown, what: string): void => {
    const detail = `${what} if image is missing`;
    errors.push(report('layers-missing', invalid(path.child(field), value, detail)));
  };
  if ((image.layers ?? []).length > 0) add('layers', image.layers, 'layers must be empty');
  if (isSet(image.config)) add('config', image.config, 'config must be null');
  if ((image.manifests ?? []).length > 0)
    add('manifest', image.manifests, 'manifests must be empty');
  return errors;
}

function checkManifestList(image: ImageBlobReferences, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if ((image.layers ?? []).length > 0) {
    const detail = 'layers must be empty if manifests are present';
    errors.push(report('layers-manifests', invalid(path.child('layers'), image.layers, detail)));
  }
  if (isSet(image.config)) {
    const detail = 'config must be null if manifests are present';
    errors.push(report('layers-manifests', invalid(path.child('config'), image.config, detail)));
  }
  const manifestsPath = path.child('manifests');
  for (const [index, manifest] of (image.manifests ?? []).entries()) {
    if (manifest !== '') continue;
    const detail = 'manifest cannot be empty';
    errors.push(report('layers-empty', invalid(manifestsPath.index(index), manifest, detail)));
  }
  return errors;
}

function isSet(config: string | null | undefined): config is string {
  return config !== null && config !== undefined;
}
