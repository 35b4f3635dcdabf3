import type { KubeObject, ResourceDescriptor, SubresourceDescriptor } from '@imagestream/core';
import type {
  AllNamespaces,
  Create,
  Delete,
  DeleteCollection,
  Get,
  GetSubresource,
  List,
  Namespaced,
  Patchable,
  PatchSubresource,
  Update,
  UpdateSubresource,
  Watch,
} from './verbs.js';

type When<V, Name extends string, Then> = Name extends V ? Then : unknown;

/** The subresources of a resource as properties, each with the verbs it has. */
export type SubresourceHandles<Sub> = {
  readonly [K in keyof Sub]: Sub[K] extends SubresourceDescriptor<infer S, infer V>
    ? When<V, 'get', GetSubresource<S>> &
        When<V, 'update', UpdateSubresource<S>> &
        When<V, 'patch', PatchSubresource<S>>
    : never;
};

/** What can be done with one resource, in one namespace or in the cluster: exactly the verbs of its descriptor. */
export type ResourceHandle<D> =
  D extends ResourceDescriptor<infer T, infer C, infer V, infer _S, infer Sub>
    ? When<V, 'get', Get<T>> &
        When<V, 'list', List<T>> &
        When<V, 'watch', Watch<T>> &
        When<V, 'create', Create<T, C>> &
        When<V, 'update', Update<T>> &
        When<V, 'patch', Patchable<T>> &
        When<V, 'delete', Delete<T>> &
        When<V, 'deletecollection', DeleteCollection<T>> &
        SubresourceHandles<Sub>
    : never;

/** What can be done with a namespaced resource over all namespaces: list and watch, as far as it has them. */
export type AllNamespacesHandle<D> =
  D extends ResourceDescriptor<infer T, infer _C, infer V>
    ? When<V, 'list', AllNamespaces<List<T> & When<V, 'watch', Watch<T>>>>
    : never;

/** A resource before the namespace is known: the handle itself when it has none, `in(namespace)` and `all` otherwise. */
export type BoundResource<D> =
  D extends ResourceDescriptor<KubeObject, unknown, infer _V, infer S>
    ? S extends 'Cluster'
      ? ResourceHandle<D>
      : Namespaced<ResourceHandle<D>> & AllNamespacesHandle<D>
    : never;

/** Makes the handle of a descriptor. */
export type Binder = <D extends ResourceDescriptor>(descriptor: D) => BoundResource<D>;
