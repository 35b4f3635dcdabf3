import type { UnsetForm, WireMember, WireShape } from './wire-shape.js';

/** One shape per wire type of the group; what each member prints as when unset is a fact of the API. Source: conversion-shape. */

const text = (unset: UnsetForm = 'omitted'): WireMember => ({ type: 'text', unset });
const flag = (unset: UnsetForm = 'omitted'): WireMember => ({ type: 'boolean', unset });
const integer = (unset: UnsetForm = 'omitted'): WireMember => ({ type: 'integer', unset });
const time = (unset: UnsetForm = 'omitted'): WireMember => ({ type: 'time', unset });
const raw = (unset: UnsetForm = 'omitted'): WireMember => ({ type: 'raw', unset });
const texts = (unset: UnsetForm = 'omitted'): WireMember => ({ type: 'texts', unset });
const textMap = (unset: UnsetForm = 'omitted'): WireMember => ({ type: 'textMap', unset });
const record = (shape: WireShape, unset: UnsetForm = 'zero'): WireMember => ({
  type: 'object',
  unset,
  shape,
});
const list = (shape: WireShape, unset: UnsetForm = 'omitted'): WireMember => ({
  type: 'objects',
  unset,
  shape,
});

const typeMeta = { kind: text(), apiVersion: text() };

const ownerReference: WireShape = {
  apiVersion: text('zero'),
  kind: text('zero'),
  name: text('zero'),
  uid: text('zero'),
  controller: raw(),
  blockOwnerDeletion: raw(),
};

const managedFieldsEntry: WireShape = {
  manager: text(),
  operation: text(),
  apiVersion: text(),
  time: time(),
  fieldsType: text(),
  fieldsV1: raw(),
  subresource: text(),
};

/** Metadata of any object. */
export const objectMeta: WireShape = {
  name: text(),
  generateName: text(),
  namespace: text(),
  selfLink: text(),
  uid: text(),
  resourceVersion: text(),
  generation: integer(),
  creationTimestamp: time(),
  deletionTimestamp: time(),
  deletionGracePeriodSeconds: raw(),
  labels: textMap(),
  annotations: textMap(),
  ownerReferences: list(ownerReference),
  finalizers: texts(),
  managedFields: list(managedFieldsEntry),
};

const objectReference: WireShape = {
  kind: text(),
  namespace: text(),
  name: text(),
  uid: text(),
  apiVersion: text(),
  resourceVersion: text(),
  fieldPath: text(),
};

const importPolicy: WireShape = { insecure: flag(), scheduled: flag(), importMode: text() };

const referencePolicy: WireShape = { type: text('zero') };

const lookupPolicy: WireShape = { local: flag('zero') };

/** An entry of `spec.tags`, also the `tag` of a stream tag and the `spec` of an image tag. */
export const tagReference: WireShape = {
  name: text('zero'),
  annotations: textMap('null'),
  from: record(objectReference, 'omitted'),
  reference: flag(),
  generation: integer('null'),
  importPolicy: record(importPolicy),
  referencePolicy: record(referencePolicy),
};

const tagEvent: WireShape = {
  created: time('null'),
  dockerImageReference: text('zero'),
  image: text('zero'),
  generation: integer('zero'),
};

const tagEventCondition: WireShape = {
  type: text('zero'),
  status: text('zero'),
  lastTransitionTime: time('null'),
  reason: text(),
  message: text(),
  generation: integer('zero'),
};

/** An entry of `status.tags`, also the `status` of an image tag. */
export const tagEventList: WireShape = {
  tag: text('zero'),
  items: list(tagEvent, 'null'),
  conditions: list(tagEventCondition),
};

/** An image stream. */
export const imageStream: WireShape = {
  ...typeMeta,
  metadata: record(objectMeta),
  spec: record({
    lookupPolicy: record(lookupPolicy),
    dockerImageRepository: text(),
    tags: list(tagReference),
  }),
  status: record({
    dockerImageRepository: text('zero'),
    publicDockerImageRepository: text(),
    tags: list(tagEventList),
  }),
};

const signatureCondition: WireShape = {
  type: text('zero'),
  status: text('zero'),
  lastProbeTime: time('null'),
  lastTransitionTime: time('null'),
  reason: text(),
  message: text(),
};

const signatureEntity: WireShape = { organization: text(), commonName: text() };

/** An image signature, on its own or inside an image. */
export const imageSignature: WireShape = {
  ...typeMeta,
  metadata: record(objectMeta),
  type: text('zero'),
  content: text('null'),
  conditions: list(signatureCondition),
  imageIdentity: text(),
  signedClaims: textMap(),
  created: time(),
  issuedBy: record(signatureEntity, 'omitted'),
  issuedTo: record({ ...signatureEntity, publicKeyID: text('zero') }, 'omitted'),
};

const imageLayer: WireShape = {
  name: text('zero'),
  size: integer('zero'),
  mediaType: text('zero'),
};

const imageManifest: WireShape = {
  digest: text('zero'),
  mediaType: text('zero'),
  manifestSize: integer('zero'),
  architecture: text('zero'),
  os: text('zero'),
  variant: text(),
};

/** An image. `dockerImageMetadata` is passed through; {@link convertDockerImageMetadata} knows its inside. */
export const image: WireShape = {
  ...typeMeta,
  metadata: record(objectMeta),
  dockerImageReference: text(),
  dockerImageMetadata: raw('null'),
  dockerImageMetadataVersion: text(),
  dockerImageManifest: text(),
  dockerImageLayers: list(imageLayer),
  signatures: list(imageSignature),
  dockerImageSignatures: texts(),
  dockerImageManifestMediaType: text(),
  dockerImageConfig: text(),
  dockerImageManifests: list(imageManifest),
};

/** A mapping of an image to a tag. */
export const imageStreamMapping: WireShape = {
  ...typeMeta,
  metadata: record(objectMeta),
  image: record(image),
  tag: text('zero'),
};

/** A stream tag: the older view of one tag. */
export const imageStreamTag: WireShape = {
  ...typeMeta,
  metadata: record(objectMeta),
  tag: record(tagReference, 'null'),
  generation: integer('zero'),
  lookupPolicy: record(lookupPolicy),
  conditions: list(tagEventCondition),
  image: record(image),
};

/** An image tag: the newer view of one tag. */
export const imageTag: WireShape = {
  ...typeMeta,
  metadata: record(objectMeta),
  spec: record(tagReference, 'null'),
  status: record(tagEventList, 'null'),
  image: record(image, 'null'),
};

const importSpec: WireShape = {
  from: record(objectReference),
  importPolicy: record(importPolicy),
  includeManifest: flag(),
  referencePolicy: record(referencePolicy),
};

/** A request to import. Its status is written by the server alone and passed through. */
export const imageStreamImport: WireShape = {
  ...typeMeta,
  metadata: record(objectMeta),
  spec: record({
    import: flag('zero'),
    repository: record(importSpec, 'omitted'),
    images: list({ ...importSpec, to: record({ name: text() }, 'omitted') }),
  }),
  status: raw(),
};
