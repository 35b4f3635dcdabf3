import type { Store, StoredValue } from '@imagestream/store';

/** Objects read at a time. An image may have a megabyte, and nobody needs more of them at once. */
const pageSize = 100;

/** All a store holds, in key order and at one revision, a page at a time. Absent revision = the current one. */
export async function* readPages(
  store: Store,
  revision?: number,
): AsyncGenerator<{ readonly revision: number; readonly entries: readonly StoredValue[] }> {
  let at = revision;
  let startAfter = '';
  for (let more = true; more;) {
    const query = { prefix: '', startAfter, limit: pageSize };
    const page = await store.range(at === undefined ? query : { ...query, revision: at });
    at = page.revision;
    startAfter = page.entries.at(-1)?.key ?? startAfter;
    more = page.more;
    yield page;
  }
}
