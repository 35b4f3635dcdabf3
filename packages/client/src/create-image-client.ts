import type {
  ImageStream,
  ImageStreamMapping,
  ImageStreamMappingCreate,
} from '@imagestream/image-v1';
import type { Status } from '@imagestream/core';
import type { ClientConfig, ImpersonatedUser } from './config.js';
import { createClient, type Client } from './create-client.js';
import { bindImageV1Handles, type ImageStreams, type ImageV1Handles } from './gen/handles.js';
import { makeImageStreamActions, type ImageStreamActions } from './image-streams.js';
import type { AllNamespaces, Create, List, Namespaced, Watch } from './verbs.js';

/** The image streams of one namespace: every verb of the resource, and what people do with streams. */
export interface ImageStreamHandle extends ImageStreams, ImageStreamActions {}

/** A client for `image.openshift.io/v1`, and through `resource` for everything else. */
export interface ImageClient
  extends Omit<ImageV1Handles, 'imageStreams' | 'imageStreamMappings'>, Client {
  readonly imageStreams: Namespaced<ImageStreamHandle> &
    AllNamespaces<List<ImageStream> & Watch<ImageStream>>;
  /** Creating a mapping is answered with a Status: there is nothing to read back. */
  readonly imageStreamMappings: Namespaced<
    Create<ImageStreamMapping, ImageStreamMappingCreate, Status>
  >;
  /** The same client, acting as another user. Needs the right to impersonate. */
  as(user: ImpersonatedUser): ImageClient;
}

/**
 * Makes a client for OpenShift's image API. Sends nothing.
 *
 * Throws a TypeError when the configuration cannot work.
 *
 * @example
 * const client = createImageClient({ baseUrl: 'https://api.example.com:6443', token });
 * for await (const stream of client.imageStreams.in('web').list()) console.log(stream.metadata.name);
 */
export function createImageClient(config: ClientConfig): ImageClient {
  const client = createClient(config);
  const handles = bindImageV1Handles((descriptor) => client.resource(descriptor));
  const { imageStreams, imageStreamTags, imageStreamImports } = handles;
  return {
    ...client,
    ...handles,
    // The server answers a Status, whatever its published types say.
    imageStreamMappings:
      handles.imageStreamMappings as unknown as ImageClient['imageStreamMappings'],
    imageStreams: {
      all: imageStreams.all,
      in: (namespace) => {
        const streams = imageStreams.in(namespace);
        return {
          ...streams,
          ...makeImageStreamActions(
            streams,
            imageStreamTags.in(namespace),
            imageStreamImports.in(namespace),
          ),
        };
      },
    },
    as: (impersonate) => createImageClient({ ...config, impersonate }),
  };
}
