import type { FromView } from '../tag-view.js';

/** What an ImageStreamTag or ImageStreamImage source names. */
export interface Followed {
  /** Empty for the own stream, written bare. */
  readonly stream: string;
  /** The tag, or the id of the image. */
  readonly target: string;
}

/** Splits the name of a source as the server does; undefined when it has too many parts, or for other kinds. */
export function splitFollowed(from: FromView | undefined): Followed | undefined {
  if (from?.name === undefined) return undefined;
  if (from.kind !== 'ImageStreamTag' && from.kind !== 'ImageStreamImage') return undefined;
  const parts = from.name.split(from.kind === 'ImageStreamTag' ? ':' : '@');
  if (parts.length > 2) return undefined;
  const [first = '', second] = parts;
  return second === undefined ? { stream: '', target: first } : { stream: first, target: second };
}

/** Whether a source leads to another stream than the one with this name and namespace. */
export function leadsElsewhere(
  from: FromView,
  followed: Followed,
  own: { readonly name: string; readonly namespace: string | undefined },
): boolean {
  if (followed.stream !== '' && followed.stream !== own.name) return true;
  return from.namespace !== undefined && from.namespace !== '' && from.namespace !== own.namespace;
}
