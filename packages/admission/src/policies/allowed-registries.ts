import { forbidden, type FieldError } from '@imagestream/core';
import { ImageReferenceError, parseImageReference } from '@imagestream/image-v1';
import { matchWrites, TAG_RESOURCES } from '../image-requests.js';
import { definePolicy, PolicyError, type Policy } from '../policy.js';
import { withScope, type ScopeOptions } from '../scope.js';
import { readChangedSources, type TagSource } from '../tag-sources.js';
import { allow, deny } from '../verdict.js';

/** Which registries images may come from. */
export interface AllowedRegistriesOptions extends ScopeOptions {
  /**
   * Hosts as they stand in pull specs, with a port where there is one: `quay.io`, `registry.example.com:5000`. `*.` in
   * front stands for any subdomain. `docker.io` also covers pull specs that name no registry.
   */
  readonly registries: readonly string[];
}

/**
 * Refuses tags and imports from registries that are not listed. Pull specs that cannot be read are left to the server,
 * which refuses them with better words.
 */
export function allowedRegistries({ registries, ...scope }: AllowedRegistriesOptions): Policy {
  if (registries.length === 0)
    throw new PolicyError('allowed-registries: list at least one registry');
  const isAllowed = matchHosts(registries);
  const judge = (source: TagSource): FieldError[] => {
    const host = registryOf(source);
    if (host === undefined || isAllowed(host)) return [];
    const path = source.from?.path ?? source.path;
    return [
      forbidden(
        path,
        `images from ${host} are not allowed here; use one of ${registries.join(', ')}`,
      ),
    ];
  };
  const policy = definePolicy({
    name: 'allowed-registries',
    type: 'validating',
    matches: matchWrites(...TAG_RESOURCES),
    review: (context) => {
      const errors = readChangedSources(context).flatMap(judge);
      return errors.length === 0 ? allow() : deny(errors);
    },
    notInCel: 'the registry of a pull spec takes the parser of references to find',
  });
  return withScope(policy, scope);
}

/** The registry a pull spec names; undefined when the source is another tag or cannot be read. */
function registryOf({ from }: TagSource): string | undefined {
  if (from?.kind !== 'DockerImage') return undefined;
  try {
    const { registry } = parseImageReference(from.name);
    return registry === '' || registry === 'index.docker.io' ? 'docker.io' : registry;
  } catch (error) {
    if (error instanceof ImageReferenceError) return undefined;
    throw error;
  }
}

function matchHosts(patterns: readonly string[]): (host: string) => boolean {
  return (host) =>
    patterns.some((pattern) =>
      pattern.startsWith('*.')
        ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1
        : host === pattern,
    );
}
