import { decodeBody } from '../decode/decode-body.js';
import type { Bodies } from '../http/bodies.js';
import { applyPatch } from './apply-patch.js';
import { applyServerSide } from './server-side-apply.js';
import { updateManagedFields } from './update-managed-fields.js';

/** Bodies read, patched, applied and owned as the real API server does. */
export const goBodies: Bodies = {
  decode: decodeBody,
  patch: applyPatch,
  apply: applyServerSide,
  own: updateManagedFields,
};
