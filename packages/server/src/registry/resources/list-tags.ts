import type { KubeObject } from '@imagestream/core';
import type { ImageStream } from '@imagestream/image-v1';
import type { RequestContext } from '../request-context.js';
import type { ListQuery, ListResult } from '../rest.js';
import { isSelected } from '../selection.js';
import type { TagParts } from './tag-requests.js';

/**
 * Lists a view of the tags of streams. The query goes to the streams as it is and is then applied once more to what was
 * built from them. So a limit counts streams, a name never matches, and there is no list metadata: what a page left out
 * cannot be asked for.
 *
 * Source: istag-list.
 */
export async function listTags<T extends KubeObject>(
  { streams }: TagParts,
  context: RequestContext,
  options: { readonly query: ListQuery; readonly build: (stream: ImageStream) => T[] },
): Promise<ListResult<T>> {
  const { query, build } = options;
  const page = await streams.streams.list(context, query);
  const items = page.items.flatMap(build).filter(({ metadata }) =>
    isSelected(query, {
      namespace: metadata.namespace ?? '',
      name: metadata.name ?? '',
      labels: metadata.labels ?? {},
      fields: {},
    }),
  );
  return { metadata: {}, items };
}
