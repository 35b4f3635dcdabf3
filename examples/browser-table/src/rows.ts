import type { ImageStream } from '@imagestream/image-v1';

/** One line of the table: a tag of a stream. */
export interface Row {
  /** `namespace/name` */
  readonly stream: string;
  readonly tag: string;
  /** The image the tag points to, shortened; empty when it has none. */
  readonly image: string;
  /** Where the tag's images come from. */
  readonly from: string;
  /** The images before, newest first. */
  readonly history: readonly { readonly image: string; readonly created: string }[];
}

/** The table of some streams, in order of stream and tag. A stream without tags has a line of its own. */
export function rowsOf(streams: readonly ImageStream[]): Row[] {
  return streams
    .flatMap(rowsOfStream)
    .sort((a, b) => a.stream.localeCompare(b.stream) || a.tag.localeCompare(b.tag));
}

function rowsOfStream({ metadata, spec, status }: ImageStream): Row[] {
  const stream = `${metadata.namespace}/${metadata.name}`;
  const names = new Set([
    ...(spec?.tags?.map(({ name }) => name) ?? []),
    ...(status?.tags?.map(({ tag }) => tag) ?? []),
  ]);
  if (names.size === 0) return [{ stream, tag: '', image: '', from: '', history: [] }];
  return [...names].map((tag) => {
    const [current, ...before] = status?.tags?.find((entry) => entry.tag === tag)?.items ?? [];
    return {
      stream,
      tag,
      image: shorten(current?.image ?? ''),
      from: spec?.tags?.find(({ name }) => name === tag)?.from?.name ?? 'pushed',
      history: before.map(({ image, created }) => ({
        image: shorten(image),
        created: created ?? '',
      })),
    };
  });
}

/** `sha256:0123456789ab` */
function shorten(digest: string): string {
  return digest.slice(0, 19);
}
