import { isDigest } from './digest.js';
import type { ImageReference } from './image-reference.js';

/** The registry that an unqualified reference means. Source: reference-defaults. */
export const DOCKER_HUB = 'docker.io';

const DOCKER_HUB_V1_HOST = 'index.docker.io';
const DOCKER_HUB_V2_HOST = 'registry-1.docker.io';
const DOCKER_HUB_NAMESPACE = 'library';

/** The tag that a reference without one means. Source: reference-defaults. */
export const DEFAULT_TAG = 'latest';

/** How a reference can be printed. A form that yields a reference is printed as the exact text of it. */
export type ImageReferenceForm =
  | 'asRepository'
  | 'asV2'
  | 'daemonMinimal'
  | 'dockerClientDefaults'
  | 'exact'
  | 'minimal'
  | 'mostSpecific'
  | 'nameString'
  | 'repositoryName'
  | 'string';

/**
 * Prints a reference in one of the server's forms; `exact` unless told otherwise.
 *
 * A reference with both tag and digest prints without its tag, and one that names a registry only prints as the
 * empty text, in every form.
 *
 * Source: reference-forms.
 *
 * @example
 * formatImageReference(parseImageReference('ruby'), 'dockerClientDefaults'); // 'docker.io/library/ruby:latest'
 */
export function formatImageReference(
  ref: ImageReference,
  form: ImageReferenceForm = 'exact',
): string {
  return FORMS[form](ref);
}

const FORMS: Record<ImageReferenceForm, (ref: ImageReference) => string> = {
  asRepository: (ref) => exact(asRepository(ref)),
  asV2: (ref) => exact(asV2(ref)),
  daemonMinimal: (ref) => exact(asDaemonMinimal(ref)),
  dockerClientDefaults: (ref) => exact(withDockerClientDefaults(ref)),
  exact,
  minimal: (ref) => exact(asMinimal(ref)),
  mostSpecific: (ref) => exact(asMostSpecific(ref)),
  nameString,
  repositoryName: (ref) => exact({ ...ref, registry: '', tag: '', id: '' }),
  string: (ref) => exact(withHubNamespace(ref)),
};

/** Drops tag and digest. Source: reference-forms. */
export function asRepository(ref: ImageReference): ImageReference {
  return { ...ref, tag: '', id: '' };
}

/** Drops the tag when it is exactly `latest`. Source: reference-forms. */
export function asMinimal(ref: ImageReference): ImageReference {
  return ref.tag === DEFAULT_TAG ? { ...ref, tag: '' } : ref;
}

/**
 * The shortest form a Docker daemon understands: one name for Docker Hub, no `library` in front of its images, no
 * `latest`. A reference without registry keeps its `library`.
 *
 * Source: reference-forms.
 */
export function asDaemonMinimal(ref: ImageReference): ImageReference {
  const isAlias = ref.registry === DOCKER_HUB_V1_HOST || ref.registry === DOCKER_HUB_V2_HOST;
  const registry = isAlias ? DOCKER_HUB : ref.registry;
  const isImplied = isDockerHub(registry) && ref.namespace === DOCKER_HUB_NAMESPACE;
  return asMinimal({ ...ref, registry, namespace: isImplied ? '' : ref.namespace });
}

/** Points a reference to Docker Hub at its v2 host. An absent registry stays absent. Source: reference-forms. */
export function asV2(ref: ImageReference): ImageReference {
  const isHub = ref.registry === DOCKER_HUB || ref.registry === DOCKER_HUB_V1_HOST;
  return isHub ? { ...ref, registry: DOCKER_HUB_V2_HOST } : ref;
}

/**
 * Fills in what a Docker client fills in: registry, `library`, and the tag `latest`, the tag even when there is a
 * digest.
 *
 * Source: reference-defaults.
 */
export function withDockerClientDefaults(ref: ImageReference): ImageReference {
  const registry = ref.registry === '' ? DOCKER_HUB : ref.registry;
  const tag = ref.tag === '' ? DEFAULT_TAG : ref.tag;
  return withHubNamespace({ ...ref, registry, tag });
}

/**
 * Keeps what identifies the image best: with a digest, no tag; an id that is no digest moves into an empty tag.
 *
 * Source: reference-forms.
 */
export function asMostSpecific(ref: ImageReference): ImageReference {
  if (ref.id === '') return ref;
  if (isDigest(ref.id)) return { ...ref, tag: '' };
  return ref.tag === '' ? { ...ref, tag: ref.id, id: '' } : ref;
}

/**
 * Tells whether two references mean the same image once client defaults are filled in. Docker Hub's three host
 * names count as different.
 *
 * Source: reference-equality.
 */
export function isSameImageReference(a: ImageReference, b: ImageReference): boolean {
  const left = withDockerClientDefaults(a);
  const right = withDockerClientDefaults(b);
  return (
    left.registry === right.registry &&
    left.namespace === right.namespace &&
    left.name === right.name &&
    left.tag === right.tag &&
    left.id === right.id
  );
}

/** Tells whether a registry is one of Docker Hub's three names. The empty text is not. Source: reference-defaults. */
export function isDockerHub(registry: string): boolean {
  return (
    registry === DOCKER_HUB || registry === DOCKER_HUB_V1_HOST || registry === DOCKER_HUB_V2_HOST
  );
}

/** Where a registry is reached. */
export interface RegistryAddress {
  readonly host: string;
  readonly port: string;
}

/**
 * Returns host and port of the registry behind a reference; port 443, or 80 when insecure, unless one is written.
 * A reference without registry yields `docker.io`, an explicit `docker.io` yields `registry-1.docker.io`. A mere registry
 * with tag and digest has no address: both are empty.
 *
 * Source: reference-registry-address.
 */
export function registryAddress(
  ref: ImageReference,
  options: { readonly insecure: boolean },
): RegistryAddress {
  const { registry } = withDockerClientDefaults(asV2(ref));
  if (!registry.includes(':')) return { host: registry, port: options.insecure ? '80' : '443' };
  const [host = '', port = '', ...more] = registry.split(':');
  return more.length > 0 ? { host: '', port: '' } : { host, port };
}

/** Returns the https URL of the registry behind a reference. Without registry the host is empty. Source: reference-registry-address. */
export function registryUrl(ref: ImageReference): string {
  return `https://${asV2(ref).registry}`;
}

function withHubNamespace(ref: ImageReference): ImageReference {
  const isImplied = ref.namespace === '' && isDockerHub(ref.registry);
  return isImplied ? { ...ref, namespace: DOCKER_HUB_NAMESPACE } : ref;
}

function exact(ref: ImageReference): string {
  const name = nameString(ref);
  if (name === '') return '';
  const registry = ref.registry === '' ? '' : `${ref.registry}/`;
  const namespace = ref.namespace === '' ? '' : `${ref.namespace}/`;
  return registry + namespace + name;
}

function nameString(ref: ImageReference): string {
  if (ref.name === '') return '';
  if (ref.id !== '') return `${ref.name}${isDigest(ref.id) ? '@' : ':'}${ref.id}`;
  return ref.tag === '' ? ref.name : `${ref.name}:${ref.tag}`;
}
