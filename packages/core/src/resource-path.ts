/**
 * Where a request points: the parts of a URL path under `/apis/{group}/{version}`, `/api/{version}`
 * or the 3.x root `/oapi/{version}`.
 */
export interface ResourceLocation {
  /** Which tree: named groups live under `apis`, the core group under `api`, OpenShift 3.x under `oapi`. */
  readonly root: 'apis' | 'api' | 'oapi';
  /** The API group; empty under `api` and `oapi`. */
  readonly group: string;
  readonly version: string;
  /** The plural, lower case. */
  readonly resource: string;
  /** Absent for cluster-scoped resources and for requests over all namespaces. */
  readonly namespace?: string;
  /** Absent for the collection. */
  readonly name?: string;
  readonly subresource?: string;
  /** True for the deprecated `/watch/` paths. */
  readonly watchPath?: boolean;
}

/** The URL path of a location, percent-encoded; `:` and `@` of compound names stay readable. */
export function formatResourcePath(location: ResourceLocation): string {
  const segments: string[] = [location.root];
  if (location.root === 'apis') segments.push(location.group);
  segments.push(location.version);
  if (location.watchPath === true) segments.push('watch');
  if (location.namespace !== undefined) segments.push('namespaces', location.namespace);
  segments.push(location.resource);
  if (location.name !== undefined) segments.push(location.name);
  if (location.subresource !== undefined) segments.push(location.subresource);
  return `/${segments.map(encodeSegment).join('/')}`;
}

// A colon and an at sign are legal in a path segment (RFC 3986 section 3.3) and stand in every stream tag and image name.
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replaceAll('%3A', ':').replaceAll('%40', '@');
}

/**
 * Reads a decoded URL path; the mirror of {@link formatResourcePath}.
 *
 * Returns undefined when the path is not one of a resource: too short (discovery), an empty segment, or
 * more segments than a subresource has. Whether the resource exists is not its question.
 */
export function parseResourcePath(path: string): ResourceLocation | undefined {
  const segments = path.split('/');
  if (segments.shift() !== '' || segments.includes('')) return undefined;
  const start = readGroupVersion(segments);
  if (start === undefined) return undefined;
  const watchPath = segments[0] === 'watch' && segments.length > 1;
  if (watchPath) segments.shift();
  let namespace: string | undefined;
  if (segments[0] === 'namespaces' && segments.length > 2) {
    namespace = segments[1];
    segments.splice(0, 2);
  }
  const [resource, name, subresource, ...rest] = segments;
  if (resource === undefined || rest.length > 0) return undefined;
  return {
    ...start,
    resource,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
    ...(watchPath ? { watchPath } : {}),
  };
}

function readGroupVersion(
  segments: string[],
): Pick<ResourceLocation, 'root' | 'group' | 'version'> | undefined {
  const root = segments.shift();
  if (root !== 'apis' && root !== 'api' && root !== 'oapi') return undefined;
  const group = root === 'apis' ? segments.shift() : '';
  const version = segments.shift();
  return group === undefined || version === undefined ? undefined : { root, group, version };
}
