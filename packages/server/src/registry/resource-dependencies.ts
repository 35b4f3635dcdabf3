import type { KubeObject, Secret } from '@imagestream/core';
import type { ResourceInfo, Rest } from './rest.js';
import type { Strategy } from './strategy.js';

/** A registry the host may import from. */
export interface AllowedRegistry {
  /** Host, or host and port; `*` stands for one label. */
  readonly domainName: string;
  readonly insecure?: boolean;
}

/** What an administrator configures about images. Empty text = none. */
export interface ImageSettings {
  readonly internalRegistry: string;
  readonly externalRegistry: string;
  /** Absent = from everywhere. */
  readonly allowedRegistries?: readonly AllowedRegistry[];
  readonly defaultImportMode: 'Legacy' | 'PreserveOriginal';
}

/** The parts of a core Namespace that matter here. */
export interface Namespace extends KubeObject {
  readonly status?: { readonly phase?: string };
}

/** One limit of a LimitRange: the largest quantities of one type, such as `openshift.io/ImageStream`. */
export interface LimitRangeItem {
  readonly type: string;
  /** Quantities as written: `2`, `1Ki`. */
  readonly max?: Readonly<Record<string, string>>;
}

/** The parts of a core LimitRange that matter here. */
export interface LimitRange extends KubeObject {
  readonly spec?: { readonly limits?: readonly LimitRangeItem[] };
}

/**
 * Objects of other API groups that image rules look at. Read from seeds, held in memory, never written through the
 * image API. Lookups are synchronous and cheap.
 */
export interface ClusterObjects {
  /** Undefined for a namespace nobody described; it counts as existing and active. */
  namespace(name: string): Namespace | undefined;
  /** By name, in byte order. */
  secrets(namespace: string): readonly Secret[];
  limitRanges(namespace: string): readonly LimitRange[];
  /** The revision the core lists report. */
  readonly resourceVersion: string;
}

/** A stored resource: what it is called and what its rules are. */
export interface StoredResource<T extends KubeObject> {
  readonly info: ResourceInfo;
  readonly strategy: Strategy<T>;
}

/**
 * The registry of a stored resource, with every verb. Registries made for one resource with different strategies
 * share its storage: that is how `imagestreams`, `imagestreams/status` and the server's own writes differ.
 */
export type StoredRegistry<T extends KubeObject> = Rest<T> &
  Required<
    Pick<
      Rest<T>,
      'normalize' | 'get' | 'list' | 'create' | 'update' | 'delete' | 'deleteCollection'
    >
  >;

/** What the resources of the image group are made from. */
export interface ResourceDependencies {
  readonly settings: ImageSettings;
  readonly cluster: ClusterObjects;
  /** A registry on the storage of `resource.info.resource`. */
  readonly registry: <T extends KubeObject>(resource: StoredResource<T>) => StoredRegistry<T>;
}
