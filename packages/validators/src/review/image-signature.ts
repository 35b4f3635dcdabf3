import type { FieldError } from '@imagestream/core';
import { type ImageSignature, normalizeImageSignature } from '@imagestream/image-v1';
import type { ReviewContext } from '../context.js';
import { validateImageSignature, validateImageSignatureUpdate } from '../kinds/image-signature.js';
import { metadataForCreate } from './metadata.js';

/** Judges a signature as the server does for the operation of the context. Source: signature-create-reset. */
export function reviewImageSignature(object: unknown, context: ReviewContext): FieldError[] {
  const signature = normalizeImageSignature(object);
  switch (context.operation) {
    case 'create':
      return validateImageSignature(prepareForCreate(signature));
    case 'update':
    case 'statusUpdate':
      return validateImageSignatureUpdate(
        signature,
        normalizeImageSignature(context.oldObject ?? object),
      );
    case 'object':
      return validateImageSignature(signature);
  }
}

/** What a check of the signature found is not for the client to say. Source: signature-create-reset. */
function prepareForCreate(signature: ImageSignature): ImageSignature {
  const { kind, apiVersion, type, content } = signature;
  const { namespace: _, ...metadata } = metadataForCreate(signature.metadata);
  return { kind, apiVersion, metadata, type, content };
}
