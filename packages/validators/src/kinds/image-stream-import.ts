import {
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  quoteGo,
  required,
} from '@imagestream/core';
import {
  type ImageImportSpec,
  type ImageReference,
  type ImageStreamImport,
  registryAddress,
  type RepositoryImportSpec,
  tryParseImageReference,
} from '@imagestream/image-v1';
import type { AllowedRegistries } from '../allowed-registries.js';
import { imageStreamName } from '../name-rules.js';
import { validateObjectMeta } from '../object-meta.js';
import { checkImportMode } from '../parts/import-policy.js';
import { checkReference } from '../parts/reference.js';
import { report } from '../report.js';

const ONLY_DOCKER_IMAGE = 'only DockerImage is supported';

/**
 * Checks a request to import. The server applies the same rules to the answer before it sends it.
 *
 * Source: import-kind, import-target, import-name-required, import-repository-reference, import-nothing.
 */
export function validateImageStreamImport(object: ImageStreamImport): FieldError[] {
  const { metadata, spec } = object;
  const images = spec.images ?? [];
  const errors = images.flatMap((image, index) =>
    checkImage(image, FieldPath.of('spec', 'images').index(index)),
  );
  if (spec.repository !== undefined) {
    errors.push(...checkRepository(spec.repository, FieldPath.of('spec', 'repository')));
  }
  if (images.length === 0 && spec.repository === undefined) {
    const detail = 'you must specify at least one image or a repository import';
    errors.push(report('import-nothing', invalid('spec.images', null, detail)));
  }
  const shared = validateObjectMeta(metadata, {
    path: FieldPath.of('metadata'),
    isNamespaced: true,
    nameRule: imageStreamName,
    checksFinalizerForm: true,
  });
  return [...errors, ...shared];
}

/**
 * Checks the registries of an import against the cluster's list. The server asks only users who may neither create
 * images nor create image stream mappings.
 *
 * Source: import-registry.
 */
export function validateImportRegistries(
  object: ImageStreamImport,
  registries: AllowedRegistries,
): FieldError[] {
  const { repository, images = [] } = object.spec;
  const sources = images.map((source, index) => ({
    source,
    path: FieldPath.of('spec', 'images').index(index),
  }));
  const all =
    repository === undefined
      ? sources
      : [{ source: repository, path: FieldPath.of('spec', 'repository') }, ...sources];
  return all.flatMap(({ source, path }) => {
    const parsed = tryParseImageReference(source.from.name ?? '');
    if (parsed.type === 'error') return [];
    const { host, port } = registryAddress(parsed.reference, {
      insecure: source.importPolicy?.insecure === true,
    });
    const address = `${host}:${port}`;
    const refusal = registries.refuse(registryOnly(address), 'secure');
    if (refusal === undefined) return [];
    const detail = `importing images from registry ${quoteGo(address)} is forbidden: ${refusal}`;
    return [report('import-registry', forbidden(path.child('from', 'name'), detail))];
  });
}

/** The server asks about the address alone, so that is what a refusal shows. */
function registryOnly(registry: string): ImageReference {
  return { registry, namespace: '', name: '', tag: '', id: '' };
}

function checkImage(image: ImageImportSpec, path: FieldPath): FieldError[] {
  const { from, to } = image;
  const name = from.name ?? '';
  if (from.kind !== 'DockerImage') {
    const kindPath = path.child('from', 'kind');
    const error = report('import-kind', invalid(kindPath, from.kind ?? '', ONLY_DOCKER_IMAGE));
    return [error, ...checkImportMode(image.importPolicy, path)];
  }
  const errors: FieldError[] = [];
  if (to !== undefined && (to.name ?? '') === '') {
    const detail = 'the name of the target tag must be specified';
    errors.push(report('import-target', invalid(path.child('to', 'name'), '', detail)));
  }
  // Source: import-wildcard. The literal asterisk ends the checks of this image.
  if (name === '*') return errors;
  if (name === '') {
    errors.push(report('import-name-required', required(path.child('from', 'name'), '')));
  } else {
    const checked = checkReference(name, path.child('from', 'name'));
    if (checked.type === 'error') errors.push(checked.error);
  }
  return [...errors, ...checkImportMode(image.importPolicy, path)];
}

function checkRepository(repository: RepositoryImportSpec, path: FieldPath): FieldError[] {
  const { from } = repository;
  const mode = checkImportMode(repository.importPolicy, path);
  if (from.kind !== 'DockerImage') {
    const kindPath = path.child('from', 'kind');
    return [report('import-kind', invalid(kindPath, from.kind ?? '', ONLY_DOCKER_IMAGE)), ...mode];
  }
  return [...checkRepositoryName(from.name ?? '', path.child('from', 'name')), ...mode];
}

function checkRepositoryName(name: string, path: FieldPath): FieldError[] {
  if (name === '') {
    const detail = 'container image references require a name';
    return [report('import-name-required', required(path, detail))];
  }
  const checked = checkReference(name, path);
  if (checked.type === 'error') return [checked.error];
  if (checked.reference.tag === '' && checked.reference.id === '') return [];
  const detail = 'you must specify an image repository, not a tag or ID';
  return [report('import-repository-reference', invalid(path, name, detail))];
}
