// A sketch of what a router in front of several stores would do; it is here for the experiment beside it and
// is not part of the server. Each namespace lives in one shard. Lists and watches of all namespaces put
// together what the shards say, each at a revision of its own.
import { compareKeys } from '@imagestream/store';
import { hashOf } from './random.mjs';

const prefix = '/imagestreams/';

export function namespaceOfKey(key) {
  return key.split('/')[2];
}

export class ShardedStreams {
  #betweenQuestions;

  /** `betweenQuestions` gives others a turn between asking one shard and the next. */
  constructor(stores, { betweenQuestions = async () => undefined } = {}) {
    this.stores = stores;
    this.#betweenQuestions = betweenQuestions;
  }

  shardOf(namespace) {
    return Math.floor((hashOf(namespace) / 2 ** 32) * this.stores.length);
  }

  /** One transaction, in the one shard its keys are in. */
  txn(transaction) {
    const shards = new Set(
      transaction.operations.map(({ key }) => this.shardOf(namespaceOfKey(key))),
    );
    if (shards.size !== 1) throw new Error('a transaction cannot span shards');
    const [shard] = shards;
    return this.stores[shard].txn(transaction);
  }

  /** Where every shard stands, asked one after the other: not one moment in time. */
  async currentRevisions() {
    const revisions = [];
    for (const store of this.stores) {
      await this.#betweenQuestions();
      revisions.push(await store.currentRevision());
    }
    return revisions;
  }

  /**
   * One page in key order. The token holds the revision of every shard and the last key, so that all pages of
   * a list read the same cut of each shard.
   */
  async list({ limit, token }) {
    const from =
      token === undefined ? { revisions: await this.currentRevisions(), after: '' } : decode(token);
    const pages = await Promise.all(
      this.stores.map((store, shard) =>
        store.range({
          prefix,
          limit,
          revision: from.revisions[shard],
          startAfter: from.after,
        }),
      ),
    );
    const found = pages
      .flatMap((page, shard) => page.entries.map((entry) => ({ shard, ...entry })))
      .sort((a, b) => compareKeys(a.key, b.key));
    const items = found.slice(0, limit);
    const more = found.length > limit || pages.some((page) => page.more);
    return {
      items,
      revisions: from.revisions,
      ...(more ? { token: encode({ ...from, after: items.at(-1).key }) } : {}),
    };
  }

  /** Everything after a revision of each shard, until the signal aborts: shards in any order, each in its own. */
  watch({ afterRevisions, signal, onBatch }) {
    return Promise.all(
      this.stores.map(async (store, shard) => {
        const query = { prefix, afterRevision: afterRevisions[shard], signal };
        for await (const batch of store.watch(query)) onBatch({ shard, ...batch });
      }),
    );
  }
}

function encode(position) {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function decode(token) {
  return JSON.parse(Buffer.from(token, 'base64url').toString());
}
