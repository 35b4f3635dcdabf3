/**
 * The fixed order of create, update and delete of stored objects. It knows no kind: what is special about a resource
 * is in its strategy. Source: api-write-order.
 *
 * Errors name the resource of the request, not the one stored: a view that finds its stream missing says that of itself,
 * as the real server does. Source: api-error-resource.
 */
import { isStatusError, type KubeObject } from '@imagestream/core';
import { createObject } from './create-object.js';
import { deleteObject } from './delete-object.js';
import { decodeStored } from './object-codec.js';
import { missing, type StoredState } from './object-storage.js';
import { awaitFreshness, openWatch, readPage } from './read-objects.js';
import type { RegistryParts } from './registry-parts.js';
import type { RequestContext } from './request-context.js';
import type { DeleteRequest, ListQuery, ListResult } from './rest.js';
import { storageKey } from './storage-key.js';
import type { ObjectEntry, StoredRest } from './stored-rest.js';
import { updateObject } from './update-object.js';

/** A registry with every verb for a stored resource. */
export function createGenericRegistry<T extends KubeObject>(
  parts: RegistryParts<T>,
): StoredRest<T> {
  const { storage, resource } = parts;
  const { info, strategy } = resource;
  const { cache } = storage;
  const scopeOf = (context: RequestContext) => ({ cache, info, context });
  const finish = (object: T): T => {
    strategy.decorate?.(object);
    return object;
  };
  const read = (state: StoredState): T => finish(decodeStored<T>(state.value, state.revision));

  const registry: StoredRest<T> = {
    info,
    tables: true,
    servesEntries: info.subresource === undefined,
    normalize: (object) => strategy.normalize?.(object) ?? object,

    blank(metadata) {
      const { group, version, kind } = info;
      const object = { kind, apiVersion: `${group}/${version}`, metadata } as unknown as T; // normalize makes it one.
      return finish(strategy.normalize?.(object) ?? object);
    },

    async get(context, name) {
      const { resourceVersion = '' } = context;
      return read(await registry.entry(context, name, { resourceVersion }));
    },

    entry(context, name, { resourceVersion }) {
      const key = storageKey(info, context.namespace, name);
      const found = (entry: ObjectEntry | undefined): ObjectEntry => {
        if (entry === undefined) throw missing(info.group, context.resource, name);
        return entry;
      };
      if (resourceVersion === '') return cache.latest(key).then(found);
      return awaitFreshness(scopeOf(context), resourceVersion).then(() => found(cache.get(key)));
    },

    page: (context, query) => readPage(scopeOf(context), query),

    async list(context, query) {
      const { entries, ...metadata } = await readPage(scopeOf(context), query);
      return { metadata, items: entries.map((entry) => read(entry)) };
    },

    watch: (context, query) => openWatch(scopeOf(context), query),

    async create(context, object) {
      return finish(await createObject(parts, context, object));
    },

    async update(context, name, request) {
      const { object, created } = await updateObject(parts, { context, name, request });
      return { object: finish(object), created };
    },

    async delete(context, name, request) {
      const result = await deleteObject(parts, { context, name, request });
      return { deleted: result.deleted, object: finish(result.object) };
    },

    deleteCollection: (context, request, query) =>
      deleteSelected(registry, { context, request, query }),
  };
  return registry;
}

async function deleteSelected<T extends KubeObject>(
  registry: StoredRest<T>,
  {
    context,
    request,
    query,
  }: {
    readonly context: RequestContext;
    readonly request: DeleteRequest;
    readonly query: ListQuery;
  },
): Promise<ListResult<T>> {
  // The real server lists what it deletes in pages, and a page at a given version is exactly of that version.
  const limit = query.limit > 0 ? query.limit : Number.MAX_SAFE_INTEGER;
  const list = await registry.list(context, { ...query, limit });
  for (const item of list.items) {
    const { namespace = '', name = '' } = item.metadata;
    try {
      await registry.delete({ ...context, namespace }, name, request);
    } catch (error) {
      // Somebody else was faster; the goal is reached all the same.
      if (!isStatusError(error, 'NotFound')) throw error;
    }
  }
  return list;
}
