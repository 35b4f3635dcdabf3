import type { Page, PageKey } from './read-page.js';

/** Pages kept. What hangs on them may be large, so they are few. */
const maxPages = 4;

/** The last pages that were asked for and are still true. */
export class PageMemo<T, A> {
  readonly #pages = new Map<
    string,
    { readonly prefix: string; readonly since: number; readonly page: Page<T, A> }
  >();

  /** The page at a revision (not older than the state it was made from), if it is kept. */
  get(key: PageKey, revision: number): Page<T, A> | undefined {
    const id = idOf(key);
    const kept = this.#pages.get(id);
    if (kept === undefined || revision < kept.since) return undefined;
    this.#pages.delete(id);
    this.#pages.set(id, kept);
    return kept.page;
  }

  /** Keeps a page that was made from the newest state, which has revision `since`. */
  set(key: PageKey, since: number, page: Page<T, A>): void {
    this.#pages.set(idOf(key), { prefix: key.prefix, since, page });
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= maxPages) return;
      this.#pages.delete(oldest);
    }
  }

  /** Drops the pages a change of a key makes untrue. */
  forgetKey(key: string): void {
    for (const [id, { prefix }] of this.#pages) {
      if (key.startsWith(prefix)) this.#pages.delete(id);
    }
  }

  clear(): void {
    this.#pages.clear();
  }
}

function idOf({ prefix, start, limit, name }: PageKey): string {
  return JSON.stringify([prefix, start, limit, name]);
}
