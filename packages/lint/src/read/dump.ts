import type { Manifest } from './identify.js';
import { member, textMember } from '../tag-view.js';

/** Whether an object is what a server has printed, as `oc get -o yaml` does: it has a uid and a resource version. */
export function isDump(manifest: Manifest): boolean {
  const metadata = member(manifest.object, 'metadata');
  return (
    (textMember(metadata, 'uid') ?? '') !== '' &&
    (textMember(metadata, 'resourceVersion') ?? '') !== ''
  );
}
