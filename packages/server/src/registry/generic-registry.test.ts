import { images, type Image } from '@imagestream/image-v1';
import { createMemoryStore, type Store } from '@imagestream/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allowAll } from '../auth/authorize.js';
import { clusterAdministrator } from '../auth/authenticate.js';
import { createRegistries, type Registries } from './create-registries.js';
import type { RequestContext } from './request-context.js';
import { toResourceInfo } from './resources/resource-info.js';
import type { StoredRest } from './stored-rest.js';
import type { Strategy } from './strategy.js';

function makeContext(overrides: Partial<RequestContext> = {}): RequestContext {
  return {
    user: clusterAdministrator,
    verb: 'create',
    namespace: '',
    name: '',
    resource: 'images',
    subresource: '',
    dryRun: false,
    fieldManager: 'test',
    fieldValidation: 'Warn',
    now: () => new Date('2026-01-02T03:04:05Z'),
    newUid: () => 'made-up-uid',
    warn: () => undefined,
    signal: new AbortController().signal,
    authorizer: allowAll,
    ...overrides,
  };
}

function makeImage(name: string): Image {
  return { kind: 'Image', apiVersion: 'image.openshift.io/v1', metadata: { name } };
}

describe('the generic registry', () => {
  let store: Store;
  let registries: Registries;
  let registry: StoredRest<Image>;
  let calls: string[];
  beforeEach(async () => {
    store = createMemoryStore();
    registries = await createRegistries({
      store,
      now: () => 0,
      random: () => 0,
      onError: (error) => {
        throw error;
      },
    });
    calls = [];
    const note = (name: string) => () => void calls.push(name);
    const strategy: Strategy<Image> = {
      garbageCollectionPolicy: 'DeleteDependents',
      prepareForCreate: (_context, object) =>
        void calls.push(`prepareForCreate ${object.metadata.uid ?? ''}`),
      validateCreate: () => (note('validateCreate')(), []),
      warningsOnCreate: () => (note('warningsOnCreate')(), []),
      prepareForUpdate: note('prepareForUpdate'),
      validateUpdate: () => (note('validateUpdate')(), []),
      warningsOnUpdate: () => (note('warningsOnUpdate')(), []),
      canonicalize: note('canonicalize'),
      decorate: note('decorate'),
    };
    registry = registries.registry<Image>({ info: toResourceInfo(images), strategy });
  });
  afterEach(async () => {
    await registries.storage.cache.close();
    await store.close();
  });

  // Evidence: api-write-order
  it('calls the hooks of a create in one order, after uid and time are filled in', async () => {
    await registry.create(makeContext(), makeImage('a'));
    expect(calls).toEqual([
      'prepareForCreate made-up-uid',
      'validateCreate',
      'warningsOnCreate',
      'canonicalize',
      'decorate',
    ]);
  });

  it('calls the hooks of an update in one order', async () => {
    await registry.create(makeContext(), makeImage('a'));
    calls.length = 0;
    await registry.update(makeContext({ verb: 'update' }), 'a', {
      preconditions: {},
      mayCreate: false,
      updatedObject: (_context, old) =>
        Promise.resolve({ ...(old ?? makeImage('a')), dockerImageReference: 'x' }),
    });
    expect(calls).toEqual([
      'prepareForUpdate',
      'validateUpdate',
      'warningsOnUpdate',
      'canonicalize',
      'decorate',
    ]);
  });

  // Evidence: api-patch
  it('starts an update over when somebody else was faster', async () => {
    await registry.create(makeContext(), makeImage('a'));
    const seen: (string | undefined)[] = [];
    const result = await registry.update(makeContext({ verb: 'patch' }), 'a', {
      preconditions: {},
      mayCreate: false,
      async updatedObject(context, old) {
        if (old === undefined) throw new Error('it is there');
        seen.push(old.dockerImageReference);
        if (seen.length === 1) {
          await registry.update(context, 'a', {
            preconditions: {},
            mayCreate: false,
            updatedObject: (_inner, current) =>
              Promise.resolve({ ...(current ?? old), dockerImageReference: 'faster' }),
          });
        }
        return { ...old, metadata: { ...old.metadata, labels: { mine: 'too' } } };
      },
    });
    expect(seen).toEqual([undefined, 'faster']);
    expect(result.object.dockerImageReference).toBe('faster');
    expect(result.object.metadata.labels).toEqual({ mine: 'too' });
  });

  // Evidence: api-no-op
  it('writes nothing when nothing changed, whatever the order of keys', async () => {
    const created = await registry.create(makeContext(), makeImage('a'));
    const before = await store.currentRevision();
    const { object } = await registry.update(makeContext({ verb: 'update' }), 'a', {
      preconditions: {},
      mayCreate: false,
      updatedObject: (_context, old) =>
        Promise.resolve(JSON.parse(JSON.stringify(reversed(old ?? makeImage('a')))) as Image),
    });
    expect(await store.currentRevision()).toBe(before);
    expect(object.metadata).toEqual('metadata' in created ? created.metadata : undefined);
  });

  // Evidence: api-object-metadata
  it('refuses a name that cannot stand in a path, with 422 about the kind', async () => {
    const create = registry.create(makeContext(), makeImage('a/b'));
    await expect(create).rejects.toMatchObject({
      code: 422,
      message:
        'Image.image.openshift.io "a/b" is invalid: metadata.name: Invalid value: "a/b": may not contain \'/\'',
    });
  });

  it('shows every reader a copy of its own', async () => {
    await registry.create(makeContext(), makeImage('a'));
    const first = await registry.get(makeContext(), 'a');
    first.metadata.labels = { changed: 'by me' };
    expect((await registry.get(makeContext(), 'a')).metadata.labels).toBeUndefined();
  });
});

function reversed<T extends object>(object: T): object {
  return Object.fromEntries(Object.entries(object).reverse());
}
