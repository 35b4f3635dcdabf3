// The client the store talks through, without the store: what it costs to put bytes into etcd and to read them.
import { createRequire } from 'node:module';

const packageUrl = new URL('../../../packages/store-etcd/', import.meta.url);
const load = (file) => import(new URL(`dist/${file}`, packageUrl).href);
const { credentials } = createRequire(new URL('package.json', packageUrl))('@grpc/grpc-js');
const { connectEtcd } = await load('rpc/connect-etcd.js');
const { Caller } = await load('rpc/caller.js');
const { GrpcTransport } = await load('rpc/grpc-transport.js');
const { Members } = await load('rpc/members.js');
const { decodeHeader } = await load('rpc/kv-messages.js');
const { makeWriter, writeBytes } = await load('rpc/wire.js');
const { KeyLayout } = await load('key-layout.js');

/** Puts through KV/Put, which the store has no use for: nothing is compared, and one key is written. */
export function connectForPuts(endpoint) {
  const transport = new GrpcTransport({
    endpoint,
    target: `dns:${new URL(endpoint).host}`,
    credentials: credentials.createInsecure(),
  });
  const random = () => 0;
  const members = new Members([transport], random);
  const caller = new Caller({ members, random, onEvent: () => undefined });
  return {
    put(key, value) {
      return caller.call({
        method: '/etcdserverpb.KV/Put',
        request: encodePut(Buffer.from(key), value),
        decode: decodeHeader,
        effect: 'once',
        requireLeader: true,
      });
    },
    close: () => caller.close(),
  };
}

/** Transactions that compare nothing and put one key: what etcd takes for a transaction at least. */
export function connectForTransactions(endpoint) {
  const etcd = connectEtcd({ endpoints: [endpoint] });
  return {
    put: (key, value) =>
      etcd.txn({
        compare: [],
        success: [{ type: 'put', key: Buffer.from(key), value }],
        failure: [],
      }),
    close: () => etcd.close(),
  };
}

function encodePut(key, value) {
  const writer = makeWriter();
  writeBytes(writer, 1, key);
  writeBytes(writer, 2, value);
  return writer.finish();
}

/** Reads all objects of a store at one revision, in pages; returns how many there were. */
export async function readObjects(endpoint, pageSize) {
  const etcd = connectEtcd({ endpoints: [endpoint] });
  const keys = new KeyLayout();
  let count = 0;
  let revision;
  let startAfter;
  for (let more = true; more;) {
    const page = await etcd.range({
      ...keys.objects('', startAfter),
      limit: pageSize,
      ...(revision === undefined ? {} : { revision }),
    });
    revision ??= page.header.revision;
    startAfter = page.kvs.length === 0 ? startAfter : keys.keyOf(page.kvs.at(-1).key);
    count += page.kvs.length;
    more = page.more;
  }
  etcd.close();
  return count;
}
