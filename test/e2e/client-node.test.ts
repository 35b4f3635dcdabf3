import { setTimeout as pause } from 'node:timers/promises';
import {
  ApiException,
  CustomObjectsApi,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  Watch,
  type KubernetesListObject,
  type KubernetesObject,
  type V1Status,
} from '@kubernetes/client-node';
import type { ImageStreamSpec } from '@imagestream/image-v1';
import { createImageServer, type ImageServer } from '@imagestream/server';
import { listen, type Listening } from '@imagestream/server/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RequestLog } from './request-log.js';

/** What the client knows of a stream: it has no types of its own for this API. */
interface Stream extends KubernetesObject {
  spec?: ImageStreamSpec;
}

const API_VERSION = 'image.openshift.io/v1';
const STREAMS = { group: 'image.openshift.io', version: 'v1', plural: 'imagestreams' };
const PATH = `/apis/${API_VERSION}/namespaces/shop/imagestreams`;
const IN_SHOP = { ...STREAMS, namespace: 'shop' };

function stream(name: string, tags: Record<string, string> = {}): Stream {
  return {
    apiVersion: API_VERSION,
    kind: 'ImageStream',
    metadata: { name, namespace: 'shop' },
    spec: {
      tags: Object.entries(tags).map(([tag, image]) => ({
        name: tag,
        reference: true,
        from: { kind: 'DockerImage', name: image },
      })),
    },
  };
}

let server: ImageServer;
let log: RequestLog;
let listening: Listening;
let config: KubeConfig;
let custom: CustomObjectsApi;
let objects: KubernetesObjectApi;

beforeEach(async () => {
  // A short history, so that versions are soon too old.
  server = await createImageServer({ history: { maxEvents: 10 } });
  log = new RequestLog(server);
  listening = await listen(log);
  config = new KubeConfig();
  config.loadFromClusterAndUser(
    // The client takes plain HTTP only together with this.
    { name: 'test', server: listening.url, skipTLSVerify: true },
    { name: 'test' },
  );
  custom = config.makeApiClient(CustomObjectsApi);
  objects = KubernetesObjectApi.makeApiClient(config);
});

afterEach(async () => {
  await server.close();
  await listening.close();
});

/** The names of a listing, and its token for what follows. */
async function page(limit: number, token?: string): Promise<{ names: string[]; next: string }> {
  const list = (await custom.listNamespacedCustomObject({
    ...IN_SHOP,
    limit,
    ...(token === undefined ? {} : { _continue: token }),
  })) as KubernetesListObject<Stream>; // The client cannot know what it lists.
  return {
    names: list.items.map((item) => item.metadata?.name ?? ''),
    next: list.metadata?._continue ?? (list.metadata as { continue?: string }).continue ?? '',
  };
}

/** The Status a request is refused with, and the code beside it. */
async function failure(deed: Promise<unknown>): Promise<V1Status & { code: number }> {
  const error: unknown = await deed.catch((caught: unknown) => caught);
  if (!(error instanceof ApiException)) throw new Error('no error of the API', { cause: error });
  const body = error.body as unknown;
  const status = (typeof body === 'string' ? JSON.parse(body) : body) as V1Status;
  return { ...status, code: error.code };
}

describe('@kubernetes/client-node', () => {
  test('creates, reads, replaces, lists and deletes streams', async () => {
    const created = (await custom.createNamespacedCustomObject({
      ...IN_SHOP,
      body: stream('cart', { latest: 'registry.example.test/cart:1' }),
    })) as Stream;
    expect(created.metadata?.uid).toBeDefined();
    const read = (await custom.getNamespacedCustomObject({ ...IN_SHOP, name: 'cart' })) as Stream;
    expect(read).toEqual(created);
    const body = { ...read, spec: stream('cart', { next: 'registry.example.test/cart:2' }).spec };
    const replaced = (await custom.replaceNamespacedCustomObject({
      ...IN_SHOP,
      name: 'cart',
      body,
    })) as Stream;
    expect(replaced.spec?.tags?.map(({ name }) => name)).toEqual(['next']);
    const everywhere = (await custom.listClusterCustomObject({
      ...STREAMS,
      labelSelector: '!tier',
    })) as KubernetesListObject<Stream>;
    expect(everywhere.items.map(({ metadata }) => metadata)).toEqual([replaced.metadata]);
    await custom.deleteNamespacedCustomObject({ ...IN_SHOP, name: 'cart' });
    expect((await page(10)).names).toEqual([]);
  });

  test('lists page by page', async () => {
    for (const name of ['a', 'b', 'c']) await objects.create(stream(name));
    const first = await page(2);
    expect(first.names).toEqual(['a', 'b']);
    expect(await page(2, first.next)).toEqual({ names: ['c'], next: '' });
  });

  test('understands the errors of the server', async () => {
    await objects.create(stream('cart'));
    expect(await failure(objects.create(stream('cart')))).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
    });
    expect(
      await failure(
        objects.read({ ...stream('none'), metadata: { name: 'none', namespace: 'shop' } }),
      ),
    ).toMatchObject({ code: 404, reason: 'NotFound' });
    expect(await failure(objects.create(stream('Bad Name')))).toMatchObject({
      code: 422,
      reason: 'Invalid',
    });
    const outdated = stream('cart');
    outdated.metadata = { ...outdated.metadata, resourceVersion: '1' };
    await objects.patch(
      { ...stream('cart', { a: 'x/a:1' }) },
      undefined,
      undefined,
      undefined,
      undefined,
      PatchStrategy.MergePatch,
    );
    expect(await failure(objects.replace(outdated))).toMatchObject({
      code: 409,
      reason: 'Conflict',
    });
  });

  test('applies on the server: fields have owners, who can be overruled', async () => {
    const apply = (
      tags: Record<string, string>,
      { manager, force = false }: { manager: string; force?: boolean },
    ) =>
      objects.patch(
        stream('cart', tags),
        undefined,
        undefined,
        manager,
        force,
        PatchStrategy.ServerSideApply,
      );
    const one = 'registry.example.test/cart:1';
    const two = 'registry.example.test/cart:2';
    const applied = await apply({ latest: one }, { manager: 'ann' });
    expect(
      applied.metadata?.managedFields?.map(({ manager, operation }) => [manager, operation]),
    ).toEqual([['ann', 'Apply']]);
    expect(await failure(apply({ latest: two }, { manager: 'bob' }))).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "ann": .spec.tags[name="latest"].from',
    });
    const forced = await apply({ latest: two }, { manager: 'bob', force: true });
    expect(forced.spec?.tags?.map(({ from }) => from?.name)).toEqual([two]);
  });

  test('patches in every way it knows', async () => {
    await objects.create(stream('cart', { a: 'x/a:1', b: 'x/b:1' }));
    const patch = (strategy: PatchStrategy, body: object) =>
      objects.patch(
        { ...stream('cart'), ...body },
        undefined,
        undefined,
        undefined,
        undefined,
        strategy,
      );
    const strategic = await patch(PatchStrategy.StrategicMergePatch, {
      spec: {
        tags: [
          { name: 'b', $patch: 'delete' },
          { name: 'c', from: { kind: 'DockerImage', name: 'x/c:1' } },
        ],
      },
    });
    expect(strategic.spec?.tags?.map(({ name }) => name)).toEqual(['a', 'c']);
    const merged = await patch(PatchStrategy.MergePatch, { spec: { tags: null } });
    expect(merged.spec?.tags ?? []).toEqual([]);
  });

  test('watches changes from a version on', async () => {
    const { metadata } = await objects.create(stream('cart'));
    const events: string[] = [];
    const ended = new Promise<unknown>((resolve, reject) => {
      new Watch(config)
        .watch(
          PATH,
          { resourceVersion: metadata?.resourceVersion, timeoutSeconds: 20 },
          (phase, object: Stream) => {
            events.push(`${phase} ${object.metadata?.name ?? ''}`);
            if (phase === 'DELETED') server.endWatches();
          },
          resolve,
        )
        .catch(reject);
    });
    await expect.poll(() => log.has((path) => path.includes('watch=true'))).toBe(true);
    await objects.create(stream('api'));
    await objects.patch(
      { ...stream('cart', { a: 'x/a:1' }) },
      undefined,
      undefined,
      undefined,
      undefined,
      PatchStrategy.MergePatch,
    );
    await objects.delete(stream('api'));
    expect(await ended).toBeNull();
    expect(events).toEqual(['ADDED api', 'MODIFIED cart', 'DELETED api']);
  });

  test('is told by a watch that its version is too old', async () => {
    const { metadata } = await objects.create(stream('cart'));
    for (let n = 0; n < 20; n += 1) {
      await objects.patch(
        { ...stream('cart', { [`t${n}`]: 'x/a:1' }) },
        undefined,
        undefined,
        undefined,
        undefined,
        PatchStrategy.MergePatch,
      );
    }
    const event = await new Promise((resolve, reject) => {
      new Watch(config)
        .watch(
          PATH,
          { resourceVersion: metadata?.resourceVersion },
          (phase, object: unknown) => resolve([phase, object]),
          reject,
        )
        .catch(reject);
    });
    expect(event).toMatchObject(['ERROR', { kind: 'Status', code: 410, reason: 'Expired' }]);
  });
});

describe('an informer of @kubernetes/client-node', () => {
  const lists = (): number =>
    log.seen().filter(({ method, path }) => method === 'GET' && path === PATH).length;
  const watches = (): number => log.seen().filter(({ path }) => path.includes('watch=true')).length;

  /** Runs an informer; keeps what it was told. */
  async function inform() {
    const told: string[] = [];
    const errors: unknown[] = [];
    let stopping = false;
    const stop = async (): Promise<void> => {
      stopping = true;
      await informer.stop();
    };
    const informer = makeInformer<Stream>(
      config,
      PATH,
      () => custom.listNamespacedCustomObject(IN_SHOP) as Promise<KubernetesListObject<Stream>>,
    );
    for (const verb of ['add', 'update', 'delete'] as const) {
      informer.on(verb, (object) => told.push(`${verb} ${object.metadata?.name ?? ''}`));
    }
    informer.on('error', (error) => {
      errors.push(error);
      // As its documentation says: after an error it is for the caller to start it again.
      if (!stopping) void informer.start();
    });
    await informer.start();
    return { informer, told, errors, stop };
  }

  test('lists, then follows changes', async () => {
    await objects.create(stream('cart'));
    const { informer, told, errors, stop } = await inform();
    await objects.create(stream('api'));
    await objects.patch(
      { ...stream('cart', { a: 'x/a:1' }) },
      undefined,
      undefined,
      undefined,
      undefined,
      PatchStrategy.MergePatch,
    );
    await objects.delete(stream('api'));
    await expect.poll(() => told).toEqual(['add cart', 'add api', 'update cart', 'delete api']);
    expect(informer.get('cart', 'shop')?.spec?.tags?.map(({ name }) => name)).toEqual(['a']);
    expect(informer.list().map(({ metadata }) => metadata?.name)).toEqual(['cart']);
    expect(errors).toEqual([]);
    await stop();
  });

  test('goes on where it was when its watch is dropped', async () => {
    await objects.create(stream('cart'));
    server.faults.add({
      match: { verb: 'watch' },
      times: 1,
      action: { type: 'dropWatch', afterEvents: 1 },
    });
    const { told, stop } = await inform();
    for (const name of ['a', 'b', 'c']) await objects.create(stream(name));
    await expect
      .poll(() => told, { timeout: 10_000 })
      .toEqual(['add cart', 'add a', 'add b', 'add c']);
    await stop();
    expect(server.faults.journal.map(({ action }) => action)).toEqual(['dropWatch']);
    expect([lists(), watches()]).toEqual([1, 2]);
  });

  test('lists again when its version has expired, and notices what it missed', async () => {
    for (const name of ['cart', 'gone']) await objects.create(stream(name));
    server.faults.add({
      match: { verb: 'watch' },
      times: 1,
      action: { type: 'expireWatch', afterEvents: 1 },
    });
    const { informer, told, stop } = await inform();
    await objects.create(stream('first'));
    await objects.delete(stream('gone'));
    await objects.create(stream('late'));
    await expect
      .poll(
        () =>
          informer
            .list()
            .map(({ metadata }) => metadata?.name)
            .sort(),
        { timeout: 10_000 },
      )
      .toEqual(['cart', 'first', 'late']);
    expect(told).toContain('delete gone');
    expect(lists()).toBe(2);
    await objects.create(stream('later'));
    await expect.poll(() => told.at(-1)).toBe('add later');
    await stop();
  });

  test('stops asking when it is stopped', async () => {
    const { stop } = await inform();
    await stop();
    const before = log.seen().length;
    expect([lists(), watches()]).toEqual([1, 1]);
    server.endWatches();
    await pause(200);
    expect(log.seen().length).toBe(before);
  });
});
