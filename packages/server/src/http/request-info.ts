/** What a URL path of the image API points at. */
export interface ResourcePath {
  /** `apis` for the group, `oapi` for the surface of 3.x clients. */
  readonly root: 'apis' | 'oapi';
  readonly resource: string;
  readonly subresource: string;
  /** Undefined = not in the path: all namespaces, or a cluster-scoped resource. */
  readonly namespace: string | undefined;
  readonly name: string;
  /** One of the deprecated `/watch/` paths. Source: api-watch-deprecated-paths. */
  readonly watch: boolean;
}

/** Most requests have no query. It is asked for a handful of parameters all the same, and answers at once. */
class EmptyQuery extends URLSearchParams {
  override get(): null {
    return null;
  }

  override has(): boolean {
    return false;
  }
}

/** Nobody changes it. */
const emptyQuery = new EmptyQuery();

/** A request target in its two parts. */
export class RequestTarget {
  /** Decoded. */
  readonly path: string;
  readonly query: URLSearchParams;

  constructor(path: string, query: URLSearchParams) {
    this.path = path;
    this.query = query;
  }
}

/** Takes a request target apart. Undefined when an escape in the path is broken. */
export function splitTarget(target: string): RequestTarget | undefined {
  const mark = target.indexOf('?');
  const raw = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? emptyQuery : new URLSearchParams(target.slice(mark + 1));
  try {
    // An escaped slash separates segments like any other: the real server routes on the decoded path.
    return new RequestTarget(raw.includes('%') ? decodeURIComponent(raw) : raw, query);
  } catch {
    return undefined;
  }
}

const groupRoot = '/apis/image.openshift.io/v1/';
const legacyRoot = '/oapi/v1/';

/** Paths that were read before. Clients come back to the same ones; a full table starts over. */
const knownPaths = new Map<string, ResourcePath>();
const maxKnownPaths = 2048;

/** Reads a path below the group's or the legacy root; undefined when it is none that could be a resource's. */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const known = knownPaths.get(path);
  if (known !== undefined) return known;
  const parsed = readResourcePath(path);
  if (parsed !== undefined && path.length < 512) {
    if (knownPaths.size >= maxKnownPaths) knownPaths.clear();
    knownPaths.set(path, parsed);
  }
  return parsed;
}

function readResourcePath(path: string): ResourcePath | undefined {
  const root = path.startsWith(groupRoot) ? groupRoot : legacyRoot;
  if (!path.startsWith(root)) return undefined;
  const segments = path.slice(root.length, path.endsWith('/') ? -1 : undefined).split('/');
  if (segments.includes('')) return undefined;
  const watch = segments[0] === 'watch';
  if (watch) segments.shift();
  const namespace = takeNamespace(segments);
  const [resource, name = '', subresource = '', ...rest] = segments;
  if (resource === undefined || rest.length > 0) return undefined;
  const kind = root === groupRoot ? 'apis' : 'oapi';
  return { root: kind, resource, subresource, namespace, name, watch };
}

function takeNamespace(segments: string[]): string | undefined {
  if (segments[0] !== 'namespaces' || segments.length < 3) return undefined;
  const [, namespace] = segments.splice(0, 2);
  return namespace;
}

/** The verb authorization decides on. `watching` is what the query says of a collection. */
export function verbOf(
  method: string,
  { named, watching }: { readonly named: boolean; readonly watching: boolean },
): string {
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (watching) return 'watch';
      return named ? 'get' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return named ? 'delete' : 'deletecollection';
    default:
      return method.toLowerCase();
  }
}
