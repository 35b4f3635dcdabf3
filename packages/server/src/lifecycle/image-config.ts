import { isJsonObject } from '@imagestream/core';

/**
 * Turns the config of an image, or a schema 1 history entry, into the record that `dockerImageMetadata` holds. Members are
 * found in any letter case, as the server's JSON reader does; unknown ones are left for the encoder to drop.
 *
 * Throws a SyntaxError when the text is no JSON object.
 *
 * Source: image-metadata-config.
 */
export function metadataFromConfig(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value)) throw new SyntaxError('the image config is not a JSON object');
  const metadata: Record<string, unknown> = {};
  for (const [name, wireName] of MEMBERS) {
    const member = memberIgnoringCase(value, name);
    if (member !== undefined && member !== null) metadata[wireName] = member;
  }
  return metadata;
}

/** How the members of a config are called in `dockerImageMetadata`. */
const MEMBERS: readonly (readonly [string, string])[] = [
  ['id', 'Id'],
  ['parent', 'Parent'],
  ['comment', 'Comment'],
  ['created', 'Created'],
  ['container', 'Container'],
  ['container_config', 'ContainerConfig'],
  ['docker_version', 'DockerVersion'],
  ['author', 'Author'],
  ['config', 'Config'],
  ['architecture', 'Architecture'],
  ['size', 'Size'],
];

function memberIgnoringCase(object: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name];
  const key = Object.keys(object).find((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : object[key];
}
