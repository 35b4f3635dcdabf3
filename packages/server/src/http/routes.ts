import type { Rest } from '../registry/rest.js';
import { isStoredRest } from '../registry/stored-rest.js';
import type { ServerAnswer } from './exchange.js';
import type { ResourceCall } from './resource-call.js';
import type { ResourcePath } from './request-info.js';
import { createVerb } from './verbs/create.js';
import { deleteCollectionVerb, deleteVerb } from './verbs/delete.js';
import { getVerb } from './verbs/get.js';
import { listVerb } from './verbs/list.js';
import { patchVerb } from './verbs/patch.js';
import { updateVerb } from './verbs/update.js';

/** What answers a method on a path. */
export interface Route {
  readonly serve: (call: ResourceCall) => Promise<ServerAnswer>;
  /** Whether the route also produces streams; its 406 then says so. */
  readonly streaming: boolean;
}

/** The routes of one path by method. */
export type Routes = ReadonlyMap<string, Route>;

/**
 * The methods a resource serves on a path of its shape; empty when there is no such path at all. What a resource lacks
 * is not routed, so that it is 405, or 404 when nothing is left.
 */
export function routesOf(rest: Rest, path: ResourcePath): Routes {
  if (!fitsScope(rest, path)) return noRoutes;
  let shapes = routesByRest.get(rest);
  if (shapes === undefined) {
    shapes = new Map();
    routesByRest.set(rest, shapes);
  }
  const shape = shapeOf(path);
  let routes = shapes.get(shape);
  if (routes === undefined) {
    routes = makeRoutes(rest, path);
    shapes.set(shape, routes);
  }
  return routes;
}

const noRoutes: Routes = new Map();

/** The routes of a resource never change. */
const routesByRest = new WeakMap<Rest, Map<string, Routes>>();

/** Paths of one shape have the same routes. */
function shapeOf({ root, watch, name, namespace }: ResourcePath): string {
  if (watch) return 'watch';
  if (name !== '') return 'item';
  return namespace === undefined ? `${root} everywhere` : 'collection';
}

function makeRoutes(rest: Rest, path: ResourcePath): Routes {
  if (path.watch) return watchRoutes(rest);
  return path.name === '' ? collectionRoutes(rest, path) : itemRoutes(rest);
}

function fitsScope({ info }: Rest, { namespace, name }: ResourcePath): boolean {
  return info.scope === 'Cluster'
    ? namespace === undefined
    : namespace !== undefined || name === '';
}

function watchRoutes(rest: Rest): Routes {
  const routes = new Map<string, Route>();
  if (isStoredRest(rest)) routes.set('GET', { serve: listVerb, streaming: true });
  return routes;
}

function collectionRoutes(rest: Rest, { namespace, root }: ResourcePath): Routes {
  const routes = new Map<string, Route>();
  if (rest.list !== undefined) routes.set('GET', { serve: listVerb, streaming: true });
  const everywhere = rest.info.scope === 'Namespaced' && namespace === undefined;
  // Over all namespaces there is nothing but reading; 3.x also created there, in the namespace of the body.
  if (rest.create !== undefined && (!everywhere || root === 'oapi')) {
    routes.set('POST', { serve: createVerb, streaming: false });
  }
  if (everywhere) return routes;
  if (rest.deleteCollection !== undefined) {
    routes.set('DELETE', { serve: deleteCollectionVerb, streaming: false });
  }
  return routes;
}

function itemRoutes(rest: Rest): Routes {
  const routes = new Map<string, Route>();
  if (rest.get !== undefined) routes.set('GET', { serve: getVerb, streaming: false });
  if (rest.update !== undefined) {
    routes.set('PUT', { serve: updateVerb, streaming: false });
    routes.set('PATCH', { serve: patchVerb, streaming: false });
  }
  if (rest.delete !== undefined) routes.set('DELETE', { serve: deleteVerb, streaming: false });
  return routes;
}
