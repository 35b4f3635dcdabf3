// Image streams as the server keeps them in its store, any number of them.
import { createImageServer } from '@imagestream/server';
import { createMemoryStore } from '@imagestream/store';
import { streamOf } from '../server/stream.mjs';

const tagsPerStream = 3;
const streamsPerNamespace = 1000;
const sampleNamespace = 'sample-namespace';

/** What the server writes for one stream, taken from the server itself. */
async function readSample() {
  const store = createMemoryStore();
  const server = await createImageServer({ store });
  const body = streamOf(0, tagsPerStream);
  const response = await server.fetch(
    new Request(
      `http://server/apis/image.openshift.io/v1/namespaces/${sampleNamespace}/imagestreams`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      },
    ),
  );
  if (!response.ok) throw new Error(await response.text());
  const prefix = '/imagestreams/';
  const { entries } = await store.range({ prefix });
  await server.close();
  return { name: body.metadata.name, text: Buffer.from(entries[0].value).toString() };
}

const sample = await readSample();
const { uid } = JSON.parse(sample.text).metadata;

/** The namespace the n-th stream is in: a thousand in each. */
export function namespaceOf(n) {
  return `team-${String(Math.floor(n / streamsPerNamespace)).padStart(5, '0')}`;
}

/** Key and bytes of the n-th stream. */
export function storedStream(n) {
  const name = `app-${String(n).padStart(6, '0')}`;
  const namespace = namespaceOf(n);
  const text = sample.text
    .replaceAll(sample.name, name)
    .replaceAll(sampleNamespace, namespace)
    .replaceAll(uid, `${uid.slice(0, -12)}${String(n).padStart(12, '0')}`)
    .replaceAll('team/app-0:', `team/app-${n}:`);
  return { key: `/imagestreams/${namespace}/${name}`, value: Buffer.from(text) };
}

/** Writes streams `from` up to but without `to`, a hundred in each transaction and some transactions at a time. */
export async function fillStore(store, { from, to }) {
  const perTransaction = 100;
  let next = from;
  const lane = async () => {
    while (next < to) {
      const first = next;
      next = Math.min(to, first + perTransaction);
      const operations = Array.from({ length: next - first }, (_, i) => ({
        type: 'put',
        ...storedStream(first + i),
      }));
      await store.txn({ conditions: [], operations });
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}

/** Writes the first streams again, one in each transaction. */
export async function changeStreams(store, count) {
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const operations = [{ type: 'put', ...storedStream(next++) }];
      await store.txn({ conditions: [], operations });
    }
  };
  await Promise.all(Array.from({ length: 50 }, lane));
}
