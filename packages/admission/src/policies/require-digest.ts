import { invalid, type FieldError } from '@imagestream/core';
import { ImageReferenceError, parseImageReference } from '@imagestream/image-v1';
import { matchWrites } from '../image-requests.js';
import { celForTags } from '../cel.js';
import { definePolicy, type Policy } from '../policy.js';
import { withScope, type ScopeOptions } from '../scope.js';
import { readChangedSources, type TagSource } from '../tag-sources.js';
import { allow, deny } from '../verdict.js';

/** How strict the policy is. */
export interface RequireDigestOptions extends ScopeOptions {
  /** Lets tags that are imported again on a schedule name a tag, since a digest never changes. Default false. */
  readonly allowScheduled?: boolean;
}

/**
 * Refuses tags and imports whose pull spec has no digest: what a tag means changes under everybody's feet, a digest
 * does not. Whole repositories have no digest and are refused.
 */
export function requireDigest({
  allowScheduled = false,
  ...scope
}: RequireDigestOptions = {}): Policy {
  const policy = definePolicy({
    name: 'require-digest',
    type: 'validating',
    matches: matchWrites('imagestreams', 'imagestreamtags', 'imagetags', 'imagestreamimports'),
    review: (context) => {
      const errors = readChangedSources(context)
        .filter((source) => !(allowScheduled && source.isScheduled))
        .flatMap(judge);
      return errors.length === 0 ? allow() : deny(errors);
    },
    cel: [
      ...celForTags(
        (tag) => `!has(${tag}.from) || ${importRule(tag, allowScheduled)}`,
        'every tag must name its image by digest',
      ),
      {
        resources: ['imagestreams'],
        expression:
          "!has(object.spec.dockerImageRepository) || object.spec.dockerImageRepository == '' || object.spec.dockerImageRepository.contains('@') || (oldObject != null && has(oldObject.spec.dockerImageRepository) && oldObject.spec.dockerImageRepository == object.spec.dockerImageRepository)",
        message: 'every tag must name its image by digest',
      },
      {
        resources: ['imagestreamimports'],
        expression: `(!has(object.spec.repository) || ${importRule('object.spec.repository', allowScheduled)}) && (!has(object.spec.images) || object.spec.images.all(i, ${importRule('i', allowScheduled)}))`,
        message: 'imports must name their images by digest',
      },
    ],
  });
  return withScope(policy, scope);
}

function importRule(entry: string, allowScheduled: boolean): string {
  const byDigest = `${entry}.from.kind != 'DockerImage' || ${entry}.from.name.contains('@')`;
  if (!allowScheduled) return `(${byDigest})`;
  const scheduled = `${entry}.importPolicy`;
  return `(${byDigest} || (has(${scheduled}) && has(${scheduled}.scheduled) && ${scheduled}.scheduled))`;
}

function judge({ from, tag }: TagSource): FieldError[] {
  if (from?.kind !== 'DockerImage') return [];
  try {
    if (parseImageReference(from.name).id !== '') return [];
  } catch (error) {
    // The server refuses what is no pull spec, with better words.
    if (error instanceof ImageReferenceError) return [];
    throw error;
  }
  const example = tag === '' ? 'import single images' : 'write repository@sha256:…';
  return [invalid(from.path.child('name'), from.name, `must name the image by digest; ${example}`)];
}
