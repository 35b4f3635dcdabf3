import type { GroupVersionKind, JsonObject } from '../decode/decoded.js';
import type { FieldValidation } from '../registry/request-context.js';

/** A JSON patch, merge patch or strategic merge patch to apply to an object. */
export interface PatchRequest {
  readonly patchType: 'json' | 'merge' | 'strategic';
  readonly bytes: Uint8Array;
  /** The object as it is, in the encoder's form, with apiVersion and kind. Not changed. */
  readonly live: JsonObject;
  readonly gvk: GroupVersionKind;
  readonly fieldValidation: FieldValidation;
}

/** Who writes: an entry of managedFields is made under this name. */
export interface FieldOwner {
  readonly manager: string;
  /** `status` and the like; absent or empty on the main endpoint. */
  readonly subresource?: string;
  /** The time of the entry. */
  readonly now: Date;
}

/** A server-side apply. */
export interface ApplyRequest extends FieldOwner {
  readonly bytes: Uint8Array;
  /** Undefined when there is none: the apply makes the object. Not changed. */
  readonly live: JsonObject | undefined;
  readonly gvk: GroupVersionKind;
  readonly fieldValidation: FieldValidation;
  readonly force: boolean;
}

/** A write by any other verb, whose ownership is to be recorded. */
export interface OwnershipRequest extends FieldOwner {
  /** The object before; undefined on create. Not changed. */
  readonly live: JsonObject | undefined;
  /** The object after, decoded and defaulted; what it says in `metadata.managedFields` is the client's word. */
  readonly object: JsonObject;
  readonly gvk: GroupVersionKind;
}
