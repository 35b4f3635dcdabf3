import { digestOf } from '../lifecycle/image-digest.js';
import {
  RegistryError,
  type FetchedManifest,
  type RegistrySource,
  type RepositoryConnection,
} from './registry-source.js';

/** A repository made up for a test. */
export interface FixedRepository {
  /** Tags to digests. */
  readonly tags: Readonly<Record<string, string>>;
  /** Manifests by digest. */
  readonly manifests: Readonly<Record<string, FetchedManifest>>;
  /** Texts of blobs by digest. */
  readonly blobs: Readonly<Record<string, string>>;
  /** Only for this user, when given. */
  readonly username?: string;
}

/**
 * A source of images without a network: repositories by `registry/path`. What is not in it is as unknown as it would be to a
 * real registry.
 *
 * @example
 * const source = createFixedSource({ 'registry.test/team/app': { tags: {}, manifests: {}, blobs: {} } });
 */
export function createFixedSource(
  repositories: Readonly<Record<string, FixedRepository>>,
): RegistrySource {
  return {
    connect({ registry, repository, credentials }): RepositoryConnection {
      const name = `${registry}/${repository}`;
      const open = (): FixedRepository => {
        const found = Object.hasOwn(repositories, name) ? repositories[name] : undefined;
        if (found === undefined) {
          throw new RegistryError(
            'NameUnknown',
            'name unknown: repository name not known to registry',
          );
        }
        if (found.username !== undefined && found.username !== credentials?.username) {
          throw new RegistryError('Unauthorized', 'unauthorized: authentication required');
        }
        return found;
      };
      return {
        listTags: async () => Object.keys(open().tags),
        async manifest(reference) {
          const { tags, manifests } = open();
          const manifest = manifests[tags[reference] ?? reference];
          if (manifest === undefined) {
            throw new RegistryError('ManifestUnknown', 'manifest unknown: manifest unknown');
          }
          return manifest;
        },
        async blob(digest) {
          const text = open().blobs[digest];
          if (text === undefined) throw new RegistryError('Failed', 'unknown blob');
          return text;
        },
        async blobSizeBytes(digest) {
          const text = open().blobs[digest];
          if (text === undefined) throw new RegistryError('Failed', 'unknown blob');
          return new TextEncoder().encode(text).length;
        },
      };
    },
  };
}

/** A made-up repository with one image per tag: the texts of its config and manifest are made from the labels given. */
export async function makeFixedRepository(
  images: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<FixedRepository> {
  const tags: Record<string, string> = {};
  const manifests: Record<string, FetchedManifest> = {};
  const blobs: Record<string, string> = {};
  for (const [tag, labels] of Object.entries(images)) {
    const config = JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Labels: labels },
    });
    const configDigest = await digestOf(config);
    const layerDigest = await digestOf(`layer of ${config}`);
    const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
    const text = JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: config.length,
        digest: configDigest,
      },
      layers: [
        {
          mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
          size: 100,
          digest: layerDigest,
        },
      ],
    });
    const digest = await digestOf(text);
    tags[tag] = digest;
    manifests[digest] = { text, mediaType };
    blobs[configDigest] = config;
  }
  return { tags, manifests, blobs };
}
