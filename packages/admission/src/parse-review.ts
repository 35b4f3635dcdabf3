import { isJsonObject, isKubeObject, type AdmissionRequest } from '@imagestream/core';

/** What a body turned out to be. */
export type ParsedReview =
  | { readonly type: 'review'; readonly request: AdmissionRequest }
  /** `uid` is given where the body has one, so that the answer can echo it. */
  | { readonly type: 'malformed'; readonly uid: string; readonly message: string };

const OPERATIONS: ReadonlySet<unknown> = new Set(['CREATE', 'UPDATE', 'DELETE', 'CONNECT']);

/**
 * Reads the body an API server sends: an AdmissionReview of `admission.k8s.io/v1` with a request in it. Fields it does
 * not know are kept; what the protocol promises is checked. Never throws.
 */
export function parseReview(body: string): ParsedReview {
  let review: unknown;
  try {
    review = JSON.parse(body);
  } catch {
    return malformed('', 'the body is not JSON');
  }
  if (!isJsonObject(review)) return malformed('', 'the body is not an object');
  const request = review['request'];
  const uid = isJsonObject(request) && typeof request['uid'] === 'string' ? request['uid'] : '';
  const problem = findProblem(review);
  if (problem !== undefined) return malformed(uid, problem);
  return { type: 'review', request: request as AdmissionRequest }; // Checked member by member above.
}

function malformed(uid: string, message: string): ParsedReview {
  return { type: 'malformed', uid, message };
}

function findProblem(review: Record<string, unknown>): string | undefined {
  const { apiVersion, kind, request } = review;
  if (kind !== 'AdmissionReview') return `kind is ${show(kind)}, expected "AdmissionReview"`;
  if (apiVersion !== 'admission.k8s.io/v1') {
    return `apiVersion is ${show(apiVersion)}, expected "admission.k8s.io/v1"`;
  }
  if (!isJsonObject(request)) return 'request is missing';
  if (typeof request['uid'] !== 'string' || request['uid'] === '') return 'request.uid is missing';
  if (!OPERATIONS.has(request['operation'])) {
    return `request.operation is ${show(request['operation'])}, expected CREATE, UPDATE, DELETE or CONNECT`;
  }
  return findResourceProblem(request) ?? findObjectProblem(request);
}

function findResourceProblem(request: Record<string, unknown>): string | undefined {
  const { kind, resource } = request;
  if (!isJsonObject(kind) || !hasTexts(kind, ['group', 'version', 'kind'])) {
    return 'request.kind is missing group, version or kind';
  }
  if (!isJsonObject(resource) || !hasTexts(resource, ['group', 'version', 'resource'])) {
    return 'request.resource is missing group, version or resource';
  }
  for (const name of ['name', 'namespace', 'subResource']) {
    const value = request[name];
    if (value !== undefined && typeof value !== 'string')
      return `request.${name} is ${show(value)}, expected a text`;
  }
  return undefined;
}

function findObjectProblem(request: Record<string, unknown>): string | undefined {
  const { operation, object, oldObject } = request;
  for (const [name, value] of [
    ['object', object],
    ['oldObject', oldObject],
  ] as const) {
    if (value !== undefined && value !== null && !isJsonObject(value))
      return `request.${name} is not an object`;
  }
  const needsObject = operation === 'CREATE' || operation === 'UPDATE';
  if (needsObject && !isKubeObject(object))
    return 'request.object lacks apiVersion, kind or metadata';
  if (operation === 'UPDATE' && !isKubeObject(oldObject)) {
    return 'request.oldObject lacks apiVersion, kind or metadata';
  }
  return undefined;
}

function hasTexts(value: Record<string, unknown>, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'string');
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
