import type { BodyFormat, Decoded, DecodeRequest, JsonObject } from '../decode/decoded.js';
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
  /** A DeleteOptions body; `apiVersion` is the one of the endpoint, which counts besides `v1` and `meta.k8s.io/v1`. */
  decodeDeleteOptions(request: {
    readonly bytes: Uint8Array;
    readonly format: BodyFormat;
    readonly apiVersion: string;
  }): JsonObject;
}
