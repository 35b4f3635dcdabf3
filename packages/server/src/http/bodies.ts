import type { Decoded, DecodeRequest, JsonObject } from '../decode/decoded.js';
import type { ApplyRequest, OwnershipRequest, PatchRequest } from '../patch/patch-request.js';

/**
 * Reading and changing bodies, as the verbs use it. All functions are pure; they refuse by throwing the StatusError the
 * client gets.
 */
export interface Bodies {
  decode(request: DecodeRequest): Decoded;
  patch(request: PatchRequest): Decoded;
  apply(request: ApplyRequest): Decoded;
  /** The object with managedFields brought up to date for a write by any verb but apply. */
  own(request: OwnershipRequest): JsonObject;
}
