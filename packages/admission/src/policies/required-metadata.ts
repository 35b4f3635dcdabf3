import { FieldPath, invalid, required, type FieldError } from '@imagestream/core';
import { matchWrites } from '../image-requests.js';
import { celText } from '../cel.js';
import { definePolicy, PolicyError, type Policy } from '../policy.js';
import { withScope, type ScopeOptions } from '../scope.js';
import { allow, deny } from '../verdict.js';

/** What image streams must carry. A value is a regular expression the whole value must match; `.+` for any. */
export interface RequiredMetadataOptions extends ScopeOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Refuses image streams without certain labels or annotations, or with other values. Throws a PolicyError for a
 * pattern that is no regular expression.
 */
export function requiredMetadata({
  labels = {},
  annotations = {},
  ...scope
}: RequiredMetadataOptions): Policy {
  const wanted = [...compile('labels', labels), ...compile('annotations', annotations)];
  if (wanted.length === 0)
    throw new PolicyError('required-metadata: name at least one label or annotation');
  const policy = definePolicy({
    name: 'required-metadata',
    type: 'validating',
    matches: matchWrites('imagestreams'),
    review: ({ object }) => {
      const errors = wanted.flatMap(({ part, key, pattern }) =>
        judge(object?.metadata[part]?.[key], { part, key, pattern }),
      );
      return errors.length === 0 ? allow() : deny(errors);
    },
    cel: wanted.map(({ part, key, source }) => ({
      resources: ['imagestreams'],
      expression: `has(object.metadata.${part}) && ${celText(key)} in object.metadata.${part} && object.metadata.${part}[${celText(key)}].matches(${celText(`^(?:${source})$`)})`,
      message: `metadata.${part}[${key}] must match ${source}`,
    })),
  });
  return withScope(policy, scope);
}

interface Wanted {
  readonly part: 'labels' | 'annotations';
  readonly key: string;
  readonly pattern: RegExp;
  readonly source: string;
}

function compile(part: Wanted['part'], patterns: Readonly<Record<string, string>>): Wanted[] {
  return Object.entries(patterns).map(([key, source]) => {
    try {
      return { part, key, source, pattern: new RegExp(`^(?:${source})$`, 'u') };
    } catch (cause) {
      throw new PolicyError(
        `required-metadata: ${part}[${key}] is no regular expression: ${source}`,
        { cause },
      );
    }
  });
}

function judge(
  value: string | undefined,
  { part, key, pattern }: Pick<Wanted, 'part' | 'key' | 'pattern'>,
): FieldError[] {
  const path = FieldPath.of('metadata', part).key(key);
  const rule = pattern.source.slice('^(?:'.length, -')$'.length);
  if (value === undefined)
    return [required(path, `image streams must carry it, with a value that matches ${rule}`)];
  return pattern.test(value) ? [] : [invalid(path, value, `must match ${rule}`)];
}
