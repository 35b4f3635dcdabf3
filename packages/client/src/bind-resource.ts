import {
  isObjectList,
  type KubeObject,
  type ResourceDescriptor,
  type Verb,
} from '@imagestream/core';
import { backoffDelayMs } from './backoff.js';
import { sleep } from './clock.js';
import { complete, type Collection } from './collection.js';
import { isApiError } from './errors.js';
import { listCollection } from './list.js';
import type { CallOptions, WriteOptions } from './options.js';
import {
  makeApply,
  makeCreate,
  makeDelete,
  makeDeleteCollection,
  makeGet,
  makePatch,
  makeTarget,
  makeUpdate,
  type ApiRequest,
} from './request.js';
import type { BoundResource } from './resource-handle.js';
import { readJson, send, type ClientContext } from './send.js';
import { Syncer } from './sync.js';
import type * as verbs from './verbs.js';
import { waitFor } from './wait-for.js';
import { Watcher } from './watch.js';

/** Every verb there is. A handle has the ones of its descriptor. */
type AllVerbs = verbs.Get<KubeObject> &
  verbs.List<KubeObject> &
  verbs.Watch<KubeObject> &
  verbs.Create<KubeObject, object> &
  verbs.Update<KubeObject> &
  verbs.Patchable<KubeObject> &
  verbs.Delete<KubeObject> &
  verbs.DeleteCollection<KubeObject>;

const METHODS: Record<Verb, readonly (keyof AllVerbs)[]> = {
  get: ['get', 'getOrUndefined'],
  list: ['list'],
  watch: ['watch', 'sync', 'waitFor'],
  create: ['create'],
  update: ['update', 'modify'],
  patch: ['patch', 'apply'],
  delete: ['delete'],
  deletecollection: ['deleteCollection'],
};

// Ten times somebody else was faster: then something writes in a loop, and one more attempt will not win.
const MAX_CONFLICTS = 10;

/**
 * Makes the handle of a resource: its verbs for a cluster-scoped one, `in(namespace)` and `all` for a namespaced one.
 *
 * The types come from the descriptor's type parameters and the methods from its verbs, which say the same.
 */
export function bindResource<D extends ResourceDescriptor>(
  context: ClientContext,
  descriptor: D,
): BoundResource<D> {
  const { verbs: names, scope } = descriptor;
  const at = (namespace?: string): Collection => ({
    context,
    target: makeTarget(descriptor, context.legacy, namespace),
  });
  const everywhere = names.filter((verb) => verb === 'list' || verb === 'watch');
  const bound =
    scope === 'Cluster'
      ? makeHandle(at())
      : {
          in: (namespace: string) => makeHandle(at(namespace)),
          all: pickVerbs(at(), everywhere),
        };
  return bound as BoundResource<D>; // Only the descriptor knows which of the two it is.
}

function makeHandle(collection: Collection): object {
  const { verbs: names, subresources } = collection.target.descriptor;
  const handle = pickVerbs(collection, names);
  for (const [name, subresource] of Object.entries(subresources)) {
    handle[name] = pickVerbs(collection, subresource.verbs, name);
  }
  return handle;
}

function pickVerbs(
  collection: Collection,
  names: readonly Verb[],
  subresource?: string,
): Record<string, unknown> {
  const every: Readonly<Record<string, unknown>> = { ...makeVerbs(collection, subresource) };
  const picked: Record<string, unknown> = {};
  for (const method of names.flatMap((name) => METHODS[name])) picked[method] = every[method];
  return picked;
}

function makeVerbs(collection: Collection, subresource?: string): AllVerbs {
  const { context, target } = collection;
  const { descriptor } = target;
  const kind =
    (subresource === undefined ? undefined : descriptor.subresources[subresource]?.kind) ??
    descriptor.kind;

  async function call(request: ApiRequest, options?: CallOptions): Promise<KubeObject> {
    const answer = await send(context, request, options, readJson(context, request));
    return complete(target, answer, kind) as KubeObject; // The server is trusted with its own types.
  }

  // Async, so that a name that is no name rejects instead of throwing past the caller's catch().
  const get = async (name: string, options?: CallOptions): Promise<KubeObject> =>
    call(makeGet(target, name, options, subresource), options);

  const update = async (object: KubeObject, options?: WriteOptions): Promise<KubeObject> =>
    call(makeUpdate(target, object, options, subresource), options);

  return {
    get,
    async getOrUndefined(name, options) {
      try {
        return await get(name, options);
      } catch (error) {
        if (isApiError(error, 'NotFound')) return undefined;
        throw error;
      }
    },
    list: (options) => listCollection(collection, options),
    watch: (options) => new Watcher(collection, options),
    sync: (options) => new Syncer(collection, options),
    waitFor: (name, test, options) => waitFor(collection, name, test, options),
    create: async (object, options) => call(makeCreate(target, object, options), options),
    update,
    async modify(name, change, options) {
      for (let conflicts = 1; ; conflicts++) {
        const object = await get(name, options);
        try {
          return await update(change(object) ?? object, options);
        } catch (error) {
          if (!isApiError(error, 'Conflict') || conflicts === MAX_CONFLICTS) throw error;
          const pause = { initialDelayMs: 10, maxDelayMs: 1000 };
          await sleep(
            context.clock,
            backoffDelayMs(conflicts, pause, context.clock),
            options?.signal,
          );
        }
      }
    },
    patch: async (name, patch, options) =>
      call(makePatch(target, name, patch, options, subresource), options),
    apply: async (object, options) => call(makeApply(target, object, options), options),
    delete: async (name, options) => call(makeDelete(target, name, options), options),
    async deleteCollection(options) {
      const answer = await call(makeDeleteCollection(target, options), options);
      // Some servers answer a bare Status; then nobody knows what was deleted.
      if (!isObjectList(answer)) return [];
      return (answer.items ?? []).map(
        // The server is trusted with its own types.
        (item) => complete(target, item, descriptor.kind) as KubeObject,
      );
    },
  };
}
