import { FieldPath, invalid, type FieldError } from '@imagestream/core';
import { matchWrites } from '../image-requests.js';
import { celText, everyNewTag } from '../cel.js';
import { definePolicy, PolicyError, type Policy } from '../policy.js';
import { withScope, type ScopeOptions } from '../scope.js';
import { readChangedSources } from '../tag-sources.js';
import { allow, deny } from '../verdict.js';

/** How streams and tags are to be named: regular expressions a whole name must match. */
export interface NamePatternsOptions extends ScopeOptions {
  readonly streams?: string;
  readonly tags?: string;
}

/** Refuses streams and tags with other names. Throws a PolicyError for a pattern that is no regular expression. */
export function namePatterns({ streams, tags, ...scope }: NamePatternsOptions): Policy {
  if (streams === undefined && tags === undefined)
    throw new PolicyError('name-patterns: give streams, tags or both');
  const rules = { stream: compile('streams', streams), tag: compile('tags', tags) };
  const policy = definePolicy({
    name: 'name-patterns',
    type: 'validating',
    matches: matchWrites('imagestreams', 'imagestreamtags', 'imagetags', 'imagestreamimports'),
    review: (context) => {
      const { object, operation } = context;
      const name = (object?.metadata.name ?? '').split(':', 1)[0] ?? '';
      const errors = [
        // A name never changes, so an update has nothing new to show.
        ...(operation === 'CREATE' && name !== ''
          ? judge(FieldPath.of('metadata', 'name'), name, rules.stream)
          : []),
        ...readChangedSources(context).flatMap(({ path, tag }) =>
          tag === '' ? [] : judge(path, tag, rules.tag),
        ),
      ];
      return errors.length === 0 ? allow() : deny(errors);
    },
    cel: toCel(streams, tags),
  });
  return withScope(policy, scope);
}

function compile(option: string, source: string | undefined): RegExp | undefined {
  if (source === undefined) return undefined;
  try {
    return new RegExp(`^(?:${source})$`, 'u');
  } catch (cause) {
    throw new PolicyError(`name-patterns: ${option} is no regular expression: ${source}`, {
      cause,
    });
  }
}

function judge(path: FieldPath, name: string, pattern: RegExp | undefined): FieldError[] {
  if (pattern === undefined || pattern.test(name)) return [];
  return [invalid(path, name, `must match ${pattern.source.slice('^(?:'.length, -')$'.length)}`)];
}

function toCel(streams: string | undefined, tags: string | undefined): Policy['cel'] & object {
  const resources = ['imagestreams'];
  const whole = (source: string): string => celText(`^(?:${source})$`);
  return [
    ...(streams === undefined
      ? []
      : [
          {
            resources,
            // A name never changes, so an update has nothing new to show.
            expression: `oldObject != null || object.metadata.name.matches(${whole(streams)})`,
            message: `stream names must match ${streams}`,
          },
        ]),
    ...(tags === undefined
      ? []
      : [
          {
            resources,
            expression: everyNewTag(`t.name.matches(${whole(tags)})`),
            message: `tag names must match ${tags}`,
          },
        ]),
  ];
}
