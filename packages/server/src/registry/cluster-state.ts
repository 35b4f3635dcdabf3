import type { KubeObject, Secret } from '@imagestream/core';
import type { ClusterObjects, LimitRange, Namespace } from './resource-dependencies.js';

/** The objects of other groups a server was seeded with. */
export class ClusterState implements ClusterObjects {
  readonly resourceVersion: string;
  readonly #byKind = new Map<string, KubeObject[]>();

  /** Takes what it knows and leaves the rest; later objects of the same name replace earlier ones. */
  constructor(objects: readonly KubeObject[], resourceVersion = '1') {
    this.resourceVersion = resourceVersion;
    for (const object of objects) this.#add(object);
    for (const list of this.#byKind.values()) list.sort(byName);
  }

  namespace(name: string): Namespace | undefined {
    return this.#of('Namespace').find(({ metadata }) => metadata.name === name);
  }

  secrets(namespace: string): readonly Secret[] {
    return this.#in('Secret', namespace) as Secret[]; // Filed under its kind.
  }

  limitRanges(namespace: string): readonly LimitRange[] {
    return this.#in('LimitRange', namespace); // Filed under its kind.
  }

  /** All objects of a kind. */
  all(kind: string): readonly KubeObject[] {
    return this.#of(kind);
  }

  #in(kind: string, namespace: string): KubeObject[] {
    return this.#of(kind).filter(({ metadata }) => metadata.namespace === namespace);
  }

  #of(kind: string): KubeObject[] {
    return this.#byKind.get(kind) ?? [];
  }

  #add(object: KubeObject): void {
    const { name = '', namespace = '' } = object.metadata;
    const same = ({ metadata }: KubeObject): boolean =>
      metadata.name === name && (metadata.namespace ?? '') === namespace;
    const others = this.#of(object.kind).filter((known) => !same(known));
    const metadata = { resourceVersion: this.resourceVersion, ...object.metadata };
    this.#byKind.set(object.kind, [...others, { ...object, metadata }]);
  }
}

function byName(a: KubeObject, b: KubeObject): number {
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1;
}
