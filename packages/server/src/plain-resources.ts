import { images, imageStreams, type Image, type ImageStream } from '@imagestream/image-v1';
import type { ResourceDependencies } from './registry/resource-dependencies.js';
import type { Rest } from './registry/rest.js';
import { toResourceInfo } from './registry/resources/resource-info.js';

/** Images and streams, stored with the least of rules. */
export function plainResources({ settings, registry }: ResourceDependencies): Rest[] {
  const repository = ({ metadata }: ImageStream): string =>
    `${settings.internalRegistry}/${metadata.namespace ?? 'default'}/${metadata.name ?? ''}`;
  return [
    registry<Image>({
      info: toResourceInfo(images),
      strategy: {
        garbageCollectionPolicy: 'Unsupported',
        prepareForCreate: () => undefined,
        validateCreate: () => [],
        prepareForUpdate: () => undefined,
        validateUpdate: () => [],
      },
    }),
    registry<ImageStream>({
      info: toResourceInfo(imageStreams, [
        'spec.dockerImageRepository',
        'status.dockerImageRepository',
      ]),
      strategy: {
        garbageCollectionPolicy: 'DeleteDependents',
        normalize: (object) => ({
          ...object,
          spec: { lookupPolicy: { local: false }, ...object.spec },
        }),
        prepareForCreate(_context, object) {
          object.metadata.generation = 1;
          object.status = { dockerImageRepository: repository(object) };
        },
        validateCreate: () => [],
        prepareForUpdate(_context, object, old) {
          if (old.status !== undefined) object.status = old.status;
          if (JSON.stringify(object.spec) !== JSON.stringify(old.spec)) {
            object.metadata.generation = (old.metadata.generation ?? 0) + 1;
          }
        },
        validateUpdate: () => [],
      },
    }),
  ];
}
