/** What a path of the API is about. */
export interface ResourceRoute {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  /** Empty for the resource itself. */
  readonly subresource: string;
  readonly namespaced: boolean;
  /** A deprecated `/watch/` path. */
  readonly watch: boolean;
}

/**
 * Reads `/apis/GROUP/VERSION/…` and `/api/VERSION/…` path templates. Undefined for discovery paths,
 * for catch-all paths below a subresource, and for everything that is not about a resource.
 */
export function parseResourceRoute(path: string): ResourceRoute | undefined {
  const steps = path.split('/').filter((step) => step !== '');
  const root = steps.shift();
  const group =
    root === 'apis' ? steps.shift() : root === 'api' || root === 'oapi' ? '' : undefined;
  const version = steps.shift();
  if (group === undefined || version === undefined) return undefined;
  const watch = steps[0] === 'watch';
  if (watch) steps.shift();
  const namespaced = steps[0] === 'namespaces' && steps[1] === '{namespace}' && steps.length > 2;
  if (namespaced) steps.splice(0, 2);
  const [plural, name, subresource, ...rest] = steps;
  if (plural === undefined || plural.startsWith('{') || rest.length > 0) return undefined;
  if (name !== undefined && name !== '{name}') return undefined;
  return { group, version, plural, subresource: subresource ?? '', namespaced, watch };
}
