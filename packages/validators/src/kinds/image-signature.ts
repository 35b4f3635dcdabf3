import { type FieldError, FieldPath, forbidden, invalid, required } from '@imagestream/core';
import type { ImageSignature, SignatureCondition } from '@imagestream/image-v1';
import { pathSegmentName } from '../name-rules.js';
import { validateObjectMeta, validateObjectMetaUpdate } from '../object-meta.js';
import { pickConditions } from '../parts/signature-conditions.js';
import { report } from '../report.js';

/**
 * Checks a signature, on its own or, with a path, inside an image.
 *
 * Source: signature-labels, signature-annotations, signature-name, signature-type, signature-content,
 * signature-conditions, signature-unset.
 */
export function validateImageSignature(
  signature: ImageSignature,
  path: FieldPath = FieldPath.root,
): FieldError[] {
  const { metadata, type, content } = signature;
  const metaPath = path.child('metadata');
  const errors = validateObjectMeta(metadata, {
    path: metaPath,
    isNamespaced: false,
    nameRule: pathSegmentName,
    checksFinalizerForm: true,
  });
  if (Object.keys(metadata.labels ?? {}).length > 0) {
    const detail = 'signature labels cannot be set';
    errors.push(report('signature-labels', forbidden(metaPath.child('labels'), detail)));
  }
  if (Object.keys(metadata.annotations ?? {}).length > 0) {
    const detail = 'signature annotations cannot be set';
    errors.push(report('signature-annotations', forbidden(metaPath.child('annotations'), detail)));
  }
  errors.push(...checkName(metadata.name ?? '', metaPath.child('name')));
  if (type === '') errors.push(report('signature-type', required(path.child('type'), '')));
  if ((content ?? '') === '')
    errors.push(report('signature-content', required(path.child('content'), '')));
  errors.push(...checkVerdicts(signature, path));
  return errors;
}

/**
 * Checks an update of a signature. No resource of the server offers one; the rules exist beside the others.
 *
 * Source: signature-type-immutable, signature-content-immutable.
 */
export function validateImageSignatureUpdate(
  signature: ImageSignature,
  old: ImageSignature,
): FieldError[] {
  const changes = validateObjectMetaUpdate(signature.metadata, {
    old: old.metadata,
    path: FieldPath.of('metadata'),
    checksFinalizerForm: true,
  });
  const errors = [...changes, ...validateImageSignature(signature)];
  if (signature.type !== old.type) {
    errors.push(
      report('signature-type-immutable', forbidden('type', 'cannot change signature type')),
    );
  }
  if ((signature.content ?? '') !== (old.content ?? '')) {
    errors.push(
      report(
        'signature-content-immutable',
        forbidden('content', 'cannot change signature content'),
      ),
    );
  }
  return errors;
}

function checkName(name: string, path: FieldPath): FieldError[] {
  const at = name.indexOf('@');
  if (at > 0 && at < name.length - 1 && !name.includes('@', at + 1)) return [];
  const detail = 'name must be of format <imageName>@<signatureName>';
  return [report('signature-name', invalid(path, name, detail))];
}

/** Source: signature-conditions, signature-unset. */
function checkVerdicts(signature: ImageSignature, path: FieldPath): FieldError[] {
  const { trusted, forImage } = pickConditions(signature.conditions ?? []);
  const errors: FieldError[] = [];
  if ((trusted === undefined) !== (forImage === undefined)) {
    const missing = trusted === undefined ? 'Trusted' : 'ForImage';
    const value = (signature.conditions ?? []).map(toInnerCondition);
    const detail = `missing "${missing}" condition type`;
    errors.push(report('signature-conditions', invalid(path.child('conditions'), value, detail)));
  }
  if (trusted !== undefined && trusted.status !== 'Unknown') return errors;
  for (const [field, value] of verdictFields(signature)) {
    if (value === undefined) continue;
    const detail = 'must be unset for unknown signature state';
    errors.push(report('signature-unset', invalid(path.child(field), value, detail)));
  }
  return errors;
}

/** What may only be said about a signature that has been checked, as the server prints it in errors. */
function verdictFields(signature: ImageSignature): (readonly [string, unknown])[] {
  const { imageIdentity, signedClaims, issuedBy, issuedTo } = signature;
  return [
    ['imageIdentity', imageIdentity === '' ? undefined : imageIdentity],
    ['signedClaims', isEmpty(signedClaims) ? undefined : sortKeys(signedClaims)],
    ['issuedBy', issuedBy && toInnerEntity(issuedBy)],
    ['issuedTo', issuedTo && { ...toInnerEntity(issuedTo), PublicKeyID: issuedTo.publicKeyID }],
  ];
}

function isEmpty(map: Readonly<Record<string, string>> | undefined): boolean {
  return map === undefined || Object.keys(map).length === 0;
}

function sortKeys(map: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Errors print the server's inner records, whose members are spelled differently from the wire. */
function toInnerEntity(entity: {
  organization?: string;
  commonName?: string;
}): Record<string, string> {
  return { Organization: entity.organization ?? '', CommonName: entity.commonName ?? '' };
}

function toInnerCondition(condition: SignatureCondition): Record<string, unknown> {
  return {
    Type: condition.type,
    Status: condition.status,
    LastProbeTime: condition.lastProbeTime ?? null,
    LastTransitionTime: condition.lastTransitionTime ?? null,
    Reason: condition.reason ?? '',
    Message: condition.message ?? '',
  };
}
