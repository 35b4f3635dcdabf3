import { type FieldError, type FieldPath, forbidden, invalid, required } from '@imagestream/core';
import type { TagReference } from '@imagestream/image-v1';
import type { AllowedRegistries, RegistryTransport } from '../allowed-registries.js';
import { report } from '../report.js';
import { checkImportMode } from './import-policy.js';
import { checkReference } from './reference.js';

/** What the rules for a tag need to know. */
export interface TagReferenceOptions {
  readonly path: FieldPath;
  readonly registries: AllowedRegistries;
  /** The object says with its annotation that its registries may be spoken to without TLS. */
  readonly isInsecure: boolean;
}

/**
 * Checks an entry of `spec.tags`, the `tag` of a stream tag or the `spec` of an image tag. The name of the tag is
 * never checked.
 *
 * Source: tag-from-name-required, reference-grammar, tag-registry-allowed, tag-scheduled, tag-from-kind,
 * tag-reference-policy, import-mode.
 */
export function validateTagReference(
  tag: TagReference,
  options: TagReferenceOptions,
): FieldError[] {
  const { path } = options;
  const policy = tag.referencePolicy?.type ?? '';
  const errors = checkFrom(tag, options);
  if (policy !== 'Source' && policy !== 'Local') {
    const detail = 'valid values are "Source", "Local"';
    errors.push(
      report(
        'tag-reference-policy',
        invalid(path.child('referencePolicy', 'type'), policy, detail),
      ),
    );
  }
  errors.push(...checkImportMode(tag.importPolicy, path));
  return errors;
}

function checkFrom(tag: TagReference, options: TagReferenceOptions): FieldError[] {
  const { from } = tag;
  if (from === undefined) return [];
  const { path } = options;
  const name = from.name ?? '';
  const errors: FieldError[] = [];
  if (name === '')
    errors.push(report('tag-from-name-required', required(path.child('from', 'name'), '')));
  switch (from.kind) {
    case 'DockerImage':
      errors.push(...checkDockerImage(tag, name, options));
      break;
    case 'ImageStreamTag':
    case 'ImageStreamImage':
      if (tag.importPolicy?.scheduled === true) {
        const detail =
          'only tags pointing to Docker repositories may be scheduled for background import';
        errors.push(
          report('tag-scheduled', invalid(path.child('importPolicy', 'scheduled'), true, detail)),
        );
      }
      break;
    default: {
      const detail = "valid values are 'DockerImage', 'ImageStreamImage', 'ImageStreamTag'";
      errors.push(report('tag-from-kind', required(path.child('from', 'kind'), detail)));
    }
  }
  return errors;
}

/** An empty name has its own error, and counts as Docker Hub for the list of registries. */
function checkDockerImage(
  tag: TagReference,
  name: string,
  options: TagReferenceOptions,
): FieldError[] {
  const path = options.path.child('from', 'name');
  const checked =
    name === ''
      ? {
          type: 'reference' as const,
          reference: { registry: '', namespace: '', name: '', tag: '', id: '' },
        }
      : checkReference(name, path);
  if (checked.type === 'error') return [checked.error];
  const isInsecure = options.isInsecure || tag.importPolicy?.insecure === true;
  const transport: RegistryTransport = isInsecure ? 'any' : 'secure';
  const refusal = options.registries.refuse(checked.reference, transport);
  return refusal === undefined ? [] : [report('tag-registry-allowed', forbidden(path, refusal))];
}
