import { TYPE_TABLE } from '../gen/topology.js';
import type { BodyFormat, JsonObject } from './decoded.js';
import { decodeStruct } from './decode-typed.js';
import { TYPE_REGISTRY } from './known-kinds.js';
import { readDocument } from './read-document.js';
import { plainError } from '../registry/plain-error.js';
import { UnknownKindError } from './type-meta.js';
import { toWireForm } from './wire-form.js';

/** Versions a body of a delete may name, besides the endpoint's own. */
const ALWAYS_ACCEPTED = ['v1', 'meta.k8s.io/v1'];

/**
 * Reads the options of a DELETE from its body; unknown fields are ignored.
 *
 * Throws a StatusError for whatever cannot be read: these errors have no reason and are a 500 on the real server.
 *
 * Source: body-delete-options.
 */
export function decodeDeleteOptions(request: {
  readonly bytes: Uint8Array;
  readonly format: BodyFormat;
  /** The endpoint's own, which the body may name too. */
  readonly apiVersion: string;
}): JsonObject {
  try {
    const { root, meta } = readDocument(request.bytes, request.format);
    const own = request.apiVersion;
    const apiVersion = meta.apiVersion === '' ? own : meta.apiVersion;
    const known = [own, ...ALWAYS_ACCEPTED].includes(apiVersion);
    if (!known || (meta.kind !== '' && meta.kind !== 'DeleteOptions')) {
      throw new UnknownKindError({ kind: meta.kind || 'DeleteOptions', apiVersion }, TYPE_REGISTRY);
    }
    const { value } = decodeStruct(root, { table: TYPE_TABLE, struct: 'DeleteOptions' });
    return toWireForm(value, { table: TYPE_TABLE, struct: 'DeleteOptions' });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw plainError(error.message);
  }
}
