/** An API group and version. The legacy core group is the empty text. */
export interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

/** A kind in a group and version: what an object says it is. */
export interface GroupVersionKind extends GroupVersion {
  readonly kind: string;
}

/** A resource (plural, lower case) in a group and version: what a URL says it serves. */
export interface GroupVersionResource extends GroupVersion {
  readonly resource: string;
}

/**
 * Splits an `apiVersion`: `image.openshift.io/v1` or, for the core group, `v1`.
 *
 * Throws a RangeError when the text is empty or has more than one slash.
 */
export function parseApiVersion(apiVersion: string): GroupVersion {
  const parts = apiVersion.split('/');
  const [first = '', second] = parts;
  if (parts.length > 2 || first === '' || second === '') {
    throw new RangeError(
      `unexpected GroupVersion string: ${JSON.stringify(apiVersion)}; write "version" or "group/version"`,
    );
  }
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
}

/** The `apiVersion` text of a group and version; the mirror of {@link parseApiVersion}. */
export function formatApiVersion(gv: GroupVersion): string {
  return gv.group === '' ? gv.version : `${gv.group}/${gv.version}`;
}

/** A kind as the server names it in messages: `ImageStream.image.openshift.io`; without group just the kind. */
export function formatGroupKind(gk: { readonly group: string; readonly kind: string }): string {
  return gk.group === '' ? gk.kind : `${gk.kind}.${gk.group}`;
}

/** A resource as the server names it in messages: `imagestreams.image.openshift.io`. */
export function formatGroupResource(gr: {
  readonly group: string;
  readonly resource: string;
}): string {
  return gr.group === '' ? gr.resource : `${gr.resource}.${gr.group}`;
}
