/**
 * Whether an object carries the version the API had until OpenShift 3. `oc` and Templates still translate it, the API
 * itself refuses it.
 */
export function isLegacyVersion(object: Readonly<Record<string, unknown>>): boolean {
  return object['apiVersion'] === 'v1';
}
