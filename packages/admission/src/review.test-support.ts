import type { AdmissionRequest, AdmissionReview, KubeObject } from '@imagestream/core';

/** An image stream as a webhook sees one. */
export function makeStream(
  spec: object = {},
  metadata: object = {},
): KubeObject & { spec: object } {
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name: 'app', namespace: 'web', ...metadata },
    spec,
  };
}

/** A request to create an image stream, or whatever `changes` make of it. */
export function makeRequest(changes: Partial<AdmissionRequest> = {}): AdmissionRequest {
  return {
    uid: '6f1ad1a4-41c0-4bd5-8f5b-0f5b2a4b6e11',
    kind: { group: 'image.openshift.io', version: 'v1', kind: 'ImageStream' },
    resource: { group: 'image.openshift.io', version: 'v1', resource: 'imagestreams' },
    name: 'app',
    namespace: 'web',
    operation: 'CREATE',
    userInfo: { username: 'alice' },
    object: makeStream(),
    oldObject: null,
    ...changes,
  };
}

/** The request as an API server posts it. */
export function postReview(request: AdmissionRequest, path = '/validate?timeout=10s'): Request {
  const review: AdmissionReview = {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request,
  };
  return new Request(`https://webhook.test${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(review),
  });
}
