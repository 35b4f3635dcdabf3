import { describe, expect, it } from 'vitest';
import { createImageServer } from '../create-image-server.js';
import { createMemoryStore } from '@imagestream/store';
import { at } from '../testing/open-story.js';
import { call, STREAMS } from '../testing/call.js';
import { readManifests } from './read-manifests.js';

describe('readManifests', () => {
  it('takes documents, lists and templates apart', () => {
    const text = `
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Namespace, metadata: { name: a } }
---
apiVersion: template.openshift.io/v1
kind: Template
metadata: { name: t }
parameters: [{ name: NAME, value: app }, { name: LOCAL, value: 'true' }]
objects:
  - apiVersion: image.openshift.io/v1
    kind: ImageStream
    metadata: { name: '\${NAME}-x' }
    spec: { lookupPolicy: { local: '\${{LOCAL}}' } }
`;
    expect(readManifests(text, 'f.yaml')).toEqual([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } },
      {
        apiVersion: 'image.openshift.io/v1',
        kind: 'ImageStream',
        metadata: { name: 'app-x' },
        spec: { lookupPolicy: { local: true } },
      },
    ]);
  });

  it.each([
    ['[1]', 'f.yaml: not an object'],
    ['kind: X', 'f.yaml: an object needs apiVersion and kind'],
    ['a: [', 'f.yaml: '],
    [
      'apiVersion: v1\nkind: Template\nobjects: [{apiVersion: v1, kind: A, metadata: {name: "${X}"}}]',
      'f.yaml: the parameter X of the template has no value',
    ],
  ])('refuses %j', (text, message) => {
    expect(() => readManifests(text, 'f.yaml')).toThrow(message);
  });
});

const digest = `sha256:${'a'.repeat(64)}`;

describe('a seed', () => {
  const stream = {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name: 'app', namespace: 'web' },
    status: {
      tags: [
        {
          tag: 'v1',
          items: [
            {
              created: '2026-01-01T00:00:00Z',
              dockerImageReference: `r.test/a@${digest}`,
              image: digest,
              generation: 1,
            },
          ],
        },
      ],
    },
  };

  // Evidence: server-seed
  it('is there from the beginning, status included', async () => {
    const server = await createImageServer({ seed: [stream] });
    const { body } = await call(server, `GET ${STREAMS}/app`);
    expect(at(body, 'status.tags.0.items.0.image')).toBe(digest);
    await server.close();
  });

  it('leaves what exists as it is', async () => {
    const store = createMemoryStore();
    const first = await createImageServer({ seed: [stream], store: shared(store) });
    await call(first, `PATCH ${STREAMS}/app`, {
      body: { metadata: { labels: { kept: 'yes' } } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    await first.close();
    const second = await createImageServer({ seed: [stream], store: shared(store) });
    const { body } = await call(second, `GET ${STREAMS}/app`);
    expect(at(body, 'metadata.labels')).toEqual({ kept: 'yes' });
    await second.close();
    await store.close();
  });

  it('has its status though another server changes the stream meanwhile', async () => {
    const store = createMemoryStore();
    let changes = 3;
    const txn = store.txn.bind(store);
    store.txn = async (transaction) => {
      const result = await txn(transaction);
      const [operation] = transaction.operations;
      if (changes > 0 && operation?.key === '/imagestreams/web/app') {
        changes -= 1;
        await txn({ conditions: [], operations: [operation] });
      }
      return result;
    };
    const server = await createImageServer({ seed: [stream], store });
    const { body } = await call(server, `GET ${STREAMS}/app`);
    expect(at(body, 'status.tags.0.items.0.image')).toBe(digest);
    await server.close();
  });

  it('that breaks a rule keeps the server from starting', async () => {
    const bad = { ...stream, metadata: { name: 'App', namespace: 'web' } };
    await expect(createImageServer({ seed: [bad] })).rejects.toThrow('seed: ImageStream web/App: ');
  });
});

/** A store that outlives the servers that use it. */
function shared(store: ReturnType<typeof createMemoryStore>): typeof store {
  return new Proxy(store, {
    get(target, property) {
      if (property === 'close') return () => Promise.resolve();
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
