import type { Secret } from '@imagestream/core';
import { imageStreams, type SecretList } from '@imagestream/image-v1';
import type { ClusterObjects, ResourceDependencies } from '../resource-dependencies.js';
import type { Rest } from '../rest.js';
import { toSubresourceInfo } from './resource-info.js';

const EXCLUDE_ANNOTATION = 'openshift.io/image.excludeSecret';
const PULL_SECRET_TYPES: ReadonlySet<string> = new Set([
  'kubernetes.io/dockercfg',
  'kubernetes.io/dockerconfigjson',
]);

/**
 * `imagestreams/secrets`: the pull secrets of a namespace. The name of the stream does not matter; it need not exist.
 *
 * Source: secrets-view.
 */
export function createImageStreamSecretsRest({ cluster }: ResourceDependencies): Rest<SecretList> {
  return {
    info: toSubresourceInfo(imageStreams, {
      name: 'secrets',
      descriptor: imageStreams.subresources.secrets,
    }),
    takesNoQuery: true,
    tables: false,
    get: (context) =>
      Promise.resolve({
        kind: 'SecretList',
        apiVersion: 'image.openshift.io/v1',
        metadata: { resourceVersion: cluster.resourceVersion },
        items: pullSecrets(cluster, context.namespace).map(asItem),
      }),
  };
}

/** The pull secrets of a namespace that are not excluded by annotation, by name. Source: secrets-view. */
export function pullSecrets(cluster: ClusterObjects, namespace: string): Secret[] {
  return cluster
    .secrets(namespace)
    .filter(
      ({ metadata, type }) =>
        metadata.annotations?.[EXCLUDE_ANNOTATION] !== 'true' && PULL_SECRET_TYPES.has(type ?? ''),
    );
}

/** Items of a typed list carry neither kind nor apiVersion. */
function asItem({ kind: _kind, apiVersion: _apiVersion, ...item }: Secret): Secret {
  // The generated type demands both members; a server prints them at the top level only.
  return item as Secret;
}
