import { isStreamName } from './parts/stream-name.js';

/**
 * A rule for names: returns the server's sentences, one per broken part of the rule. `isPrefix` asks about a
 * `generateName`, to which more will be appended.
 */
export type NameRule = (name: string, options: { readonly isPrefix: boolean }) => string[];

/**
 * The rule for names that become one segment of a URL: everything but `.`, `..`, `/` and `%`. Images, signatures,
 * mappings, stream tags and image tags need no more.
 *
 * Source: name-path-segment.
 */
export function pathSegmentName(name: string, options: { readonly isPrefix: boolean }): string[] {
  if (!options.isPrefix && (name === '.' || name === '..')) return [`may not be '${name}'`];
  return ['/', '%']
    .filter((part) => name.includes(part))
    .map((part) => `may not contain '${part}'`);
}

/**
 * The rule for image streams and imports: a path segment of lower-case words joined by single separators. It applies
 * to a `generateName` as it stands, so one that ends in a dash is refused.
 *
 * Source: name-path-segment, name-stream.
 */
export function imageStreamName(name: string, options: { readonly isPrefix: boolean }): string[] {
  const problems = pathSegmentName(name, options);
  if (problems.length > 0) return problems;
  return isStreamName(name) ? [] : ['must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"'];
}
