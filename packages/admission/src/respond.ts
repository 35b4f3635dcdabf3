import {
  assertNever,
  toStatusCauses,
  type AdmissionRequest,
  type AdmissionResponse,
  type AdmissionReview,
  type Status,
  type Verdict,
} from '@imagestream/core';
import { diffJsonPatch } from '@imagestream/core/patch';
import type { Decision } from './run-policies.js';
import { fitWarnings } from './warning-budget.js';

/** How many causes an answer lists; a client shows them all, and a broken object can have thousands. */
const MAX_CAUSES = 100;

/**
 * The answer to a request, as the protocol wants it: the uid echoed, patch and patchType together or neither, a denial
 * with a code of at least 400.
 */
export function makeResponse(
  request: AdmissionRequest,
  verdict: Verdict,
  decisions: readonly Decision[] = [],
): AdmissionResponse {
  const warnings = fitWarnings(verdict.warnings);
  const base = {
    uid: request.uid,
    ...(warnings.length === 0 ? {} : { warnings }),
    ...makeAnnotations(decisions),
  };
  switch (verdict.type) {
    case 'allow':
      return { ...base, allowed: true };
    case 'patch':
      return { ...base, allowed: true, ...makePatch(request.object, verdict.object) };
    case 'deny':
      return { ...base, allowed: false, status: makeDenial(request, verdict) };
    default:
      return assertNever(verdict, 'verdict');
  }
}

function makeAnnotations(
  decisions: readonly Decision[],
): Pick<AdmissionResponse, 'auditAnnotations'> {
  const notable = decisions.filter(({ verdict }) => verdict !== 'allow');
  if (notable.length === 0) return {};
  return {
    auditAnnotations: Object.fromEntries(notable.map(({ policy, verdict }) => [policy, verdict])),
  };
}

function makePatch(
  before: unknown,
  after: unknown,
): Pick<AdmissionResponse, 'patch' | 'patchType'> {
  const operations = diffJsonPatch(before, after);
  if (operations.length === 0) return {};
  return { patch: toBase64(JSON.stringify(operations)), patchType: 'JSONPatch' };
}

function toBase64(text: string): string {
  // btoa takes one character a byte; this is the only form of base64 every runtime has.
  return btoa(
    Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''),
  );
}

function makeDenial(
  { name, kind }: AdmissionRequest,
  { message, errors, code }: Extract<Verdict, { type: 'deny' }>,
): Partial<Status> {
  return {
    status: 'Failure',
    code: Math.max(code, 400),
    reason: errors.length > 0 ? 'Invalid' : 'Forbidden',
    message,
    details: {
      ...(name === undefined || name === '' ? {} : { name }),
      group: kind.group,
      kind: kind.kind,
      ...(errors.length === 0 ? {} : { causes: toStatusCauses(errors.slice(0, MAX_CAUSES)) }),
    },
  };
}

/** The envelope of an answer. */
export function makeReview(response: AdmissionResponse): AdmissionReview {
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response };
}

/**
 * An answer to what is no review, or to one that cannot be judged: a valid AdmissionReview that allows nothing. It is
 * sent with an HTTP code other than 200, so that the API server takes it for a failed call, not for a denial.
 */
export function makeFailure(uid: string, code: number, message: string): AdmissionReview {
  return makeReview({ uid, allowed: false, status: { status: 'Failure', code, message } });
}
