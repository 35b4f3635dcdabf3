import { forbidden, required, type FieldError } from '@imagestream/core';
import { matchWrites } from '../image-requests.js';
import { celForTags } from '../cel.js';
import { definePolicy, type Policy } from '../policy.js';
import { withScope, type ScopeOptions } from '../scope.js';
import { readChangedSources, type TagSource } from '../tag-sources.js';
import { allow, deny } from '../verdict.js';

/** Which way the rule goes. */
export interface ScheduledImportsOptions extends ScopeOptions {
  /** `require`: tags from registries are imported again on a schedule. `forbid`: none is. */
  readonly mode: 'require' | 'forbid';
}

/**
 * Requires or forbids scheduled imports. Only tags that can be imported are judged: not those that follow another tag,
 * name a digest (which never changes) or only refer.
 */
export function scheduledImports({ mode, ...scope }: ScheduledImportsOptions): Policy {
  const judge = mode === 'require' ? judgeRequired : judgeForbidden;
  const policy = definePolicy({
    name: `${mode}-scheduled-imports`,
    type: 'validating',
    matches: matchWrites('imagestreams', 'imagestreamtags', 'imagetags', 'imagestreamimports'),
    review: (context) => {
      const errors = readChangedSources(context).flatMap(judge);
      return errors.length === 0 ? allow() : deny(errors);
    },
    cel:
      mode === 'forbid'
        ? celForTags((tag) => `!${isScheduledIn(tag)}`, 'scheduled imports are not allowed')
        : celForTags(
            (tag) =>
              `!has(${tag}.from) || ${tag}.from.kind != 'DockerImage' || ${tag}.from.name.contains('@') || (has(${tag}.reference) && ${tag}.reference) || ${isScheduledIn(tag)}`,
            'tags from registries must be imported on a schedule',
          ),
  });
  return withScope(policy, scope);
}

function isScheduledIn(tag: string): string {
  const policy = `${tag}.importPolicy`;
  return `(has(${policy}) && has(${policy}.scheduled) && ${policy}.scheduled)`;
}

function judgeForbidden({ isScheduled, path }: TagSource): FieldError[] {
  if (!isScheduled) return [];
  return [
    forbidden(
      path.child('importPolicy', 'scheduled'),
      'scheduled imports are not allowed; import when something changed',
    ),
  ];
}

function judgeRequired(source: TagSource): FieldError[] {
  const { from, isReference, isScheduled, path } = source;
  const canChange = from?.kind === 'DockerImage' && !from.name.includes('@') && !isReference;
  // A stream that names a repository has no place to say it; its tags do.
  const hasPlace = path.toString() !== 'spec.dockerImageRepository';
  if (!canChange || !hasPlace || isScheduled) return [];
  return [
    required(
      path.child('importPolicy', 'scheduled'),
      'tags from registries must be imported on a schedule; set it to true',
    ),
  ];
}
