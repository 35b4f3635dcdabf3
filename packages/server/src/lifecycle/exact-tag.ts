import type { ImageStream, NamedTagEventList, TagReference } from '@imagestream/image-v1';

/** The spec entry of exactly this name; unlike in references, the empty name is a tag of its own here. */
export function specTagNamed(stream: ImageStream, tag: string): TagReference | undefined {
  return stream.spec?.tags?.find(({ name }) => name === tag);
}

/** The history of exactly this name; unlike in references, the empty name is a tag of its own here. */
export function statusTagNamed(stream: ImageStream, tag: string): NamedTagEventList | undefined {
  return stream.status?.tags?.find((entry) => entry.tag === tag);
}
