import { badRequestError, formatApiVersion, type StatusError } from '@imagestream/core';
import type { Decoded, DecodeRequest, GroupVersionKind } from './decoded.js';
import { completeKind, decodeObject } from './decode-object.js';
import { readDocument, type Document } from './read-document.js';

/** How much of a body that cannot be recognized the answer repeats. */
const SUMMARY_BYTES = 30;

/**
 * Reads the body of a POST or PUT as the kind an endpoint takes.
 *
 * Unknown and repeated fields are dropped, reported in `warnings`, or refused, as `fieldValidation` says. Throws a
 * StatusError 400 with the API server's text for a body that cannot be read, is of another kind or of another version.
 *
 * Source: body-recognize, body-types, body-fields.
 */
export function decodeBody(request: DecodeRequest): Decoded {
  const document = recognize(request);
  const gvk = completeKind(document.meta, request.gvk);
  const decoded = asHandled(gvk, request.gvk, () =>
    decodeObject(document.root, { gvk, expected: request.gvk }),
  );
  const findings = [...document.findings, ...decoded.findings];
  if (request.fieldValidation === 'Strict' && findings.length > 0) {
    throw cannotHandle(gvk, request.gvk, `strict decoding error: ${findings.join(', ')}`);
  }
  checkVersion(gvk, request.gvk);
  return {
    object: decoded.object,
    warnings: request.fieldValidation === 'Warn' ? findings.flatMap(toWarnings) : [],
  };
}

function recognize(request: DecodeRequest): Document {
  try {
    return readDocument(request.bytes, request.format);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const summary = summarize(request.bytes);
    throw badRequestError(
      `the object provided is unrecognized (must be of type ${request.gvk.kind}): ${error.message} (${summary})`,
    );
  }
}

/** The first bytes of a body: as text when it looks like JSON, else in hexadecimal. */
function summarize(bytes: Uint8Array): string {
  if (bytes.length === 0) return '<empty>';
  const head = bytes.subarray(0, SUMMARY_BYTES);
  const text =
    bytes[0] === 0x7b
      ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(head)
      : [...head].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return bytes.length > SUMMARY_BYTES ? `${text} ...` : text;
}

function asHandled<T>(gvk: GroupVersionKind, expected: GroupVersionKind, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw cannotHandle(gvk, expected, error.message);
  }
}

function cannotHandle(gvk: GroupVersionKind, expected: GroupVersionKind, why: string): StatusError {
  return badRequestError(
    `${gvk.kind} in version "${gvk.version}" cannot be handled as a ${expected.kind}: ${why}`,
  );
}

function checkVersion(gvk: GroupVersionKind, expected: GroupVersionKind): void {
  if (gvk.group === expected.group && gvk.version === expected.version) return;
  throw badRequestError(
    `the API version in the data (${formatApiVersion(gvk)}) does not match the expected API version (${formatApiVersion(expected)})`,
  );
}

/**
 * The Warning texts of one finding: a YAML reader reports several repeated keys as one error of many lines.
 */
export function toWarnings(finding: string): string[] {
  const lines = /^(?:error converting YAML to JSON: )?yaml: unmarshal errors:\n/.exec(finding);
  if (lines === null) return [finding];
  return finding
    .slice(lines[0].length)
    .split('\n')
    .map((line) => line.trim());
}
