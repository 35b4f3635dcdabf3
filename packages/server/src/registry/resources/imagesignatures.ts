import { alreadyExistsError, badRequestError, notFoundError } from '@imagestream/core';
import {
  CompoundNameError,
  imageSignatures,
  normalizeImageSignature,
  parseImageSignatureName,
  type Image,
  type ImageSignature,
  type ImageSignatureName,
} from '@imagestream/image-v1';
import { validateImageSignature } from '@imagestream/validators';
import type { RequestContext } from '../request-context.js';
import type { StoredRegistry } from '../resource-dependencies.js';
import type { DeleteResult, ResourceInfo, Rest } from '../rest.js';
import { beginCreate, refuseIfAny } from './begin-create.js';
import { IMAGE_GROUP, toResourceInfo } from './resource-info.js';
import { successStatus } from './success-status.js';

/** What `imagesignatures` is. */
export const imageSignaturesInfo: ResourceInfo = toResourceInfo(imageSignatures);

const { kind, group, version } = imageSignaturesInfo;
const apiVersion = `${group}/${version}`;

/**
 * `imagesignatures`: signatures are stored inside the images they sign, so creating or deleting one changes the image,
 * with the server's own rights and without another try when somebody else was faster.
 *
 * Source: signature-create, signature-delete.
 */
export function createImageSignaturesRest(registry: StoredRegistry<Image>): Rest<ImageSignature> {
  return {
    info: imageSignaturesInfo,
    tables: false,
    normalize: (object) => normalizeImageSignature(object),

    async create(context, object): Promise<ImageSignature> {
      const signature = clearServerFields(object);
      beginCreate(context, imageSignaturesInfo, signature);
      refuseIfAny(imageSignaturesInfo, signature, validateImageSignature(signature));
      await context.admit?.({ info: imageSignaturesInfo, operation: 'CREATE', object: signature });
      const { imageName } = parseSignatureName(signature.metadata.name ?? '');
      const image = await registry.get(asImages(context), imageName);
      const signatures = image.signatures ?? [];
      if (signatures.some((other) => isSameSignature(other, signature))) {
        throw alreadyExistsError(signatureSubject(signature.metadata.name ?? ''));
      }
      await writeSignatures(registry, context, image, [...signatures, embed(signature)]);
      return signature;
    },

    async delete(context, name): Promise<DeleteResult> {
      const { imageName } = parseSignatureName(name);
      const image = await registry.get(asImages(context), imageName);
      const signatures = image.signatures ?? [];
      const deleted = signatures.find((signature) => signature.metadata.name === name);
      if (deleted === undefined) throw notFoundError(signatureSubject(name));
      const oldObject = { ...deleted, kind, apiVersion };
      await context.admit?.({ info: imageSignaturesInfo, operation: 'DELETE', oldObject });
      const rest = signatures.filter((signature) => signature.metadata.name !== name);
      await writeSignatures(registry, context, image, rest);
      return { deleted: true, status: successStatus() };
    },
  };
}

/** The spelling is the server's own. */
function signatureSubject(name: string): { group: string; resource: string; name: string } {
  return { group: IMAGE_GROUP, resource: 'imageSignatures', name };
}

function parseSignatureName(name: string): ImageSignatureName {
  try {
    return parseImageSignatureName(name);
  } catch (error) {
    if (!(error instanceof CompoundNameError)) throw error;
    throw badRequestError('ImageSignatures must be accessed with <imageName>@<signatureName>');
  }
}

/** The server asks itself for the image: errors are about `images`, and whether it was only a trial is lost. */
function asImages(context: RequestContext): RequestContext {
  return { ...context, resource: 'images', namespace: '', dryRun: false };
}

/** Source: signature-create. What only a verifier may say is not taken from clients. */
function clearServerFields(signature: ImageSignature): ImageSignature {
  const {
    conditions: _conditions,
    imageIdentity: _imageIdentity,
    signedClaims: _signedClaims,
    created: _created,
    issuedBy: _issuedBy,
    issuedTo: _issuedTo,
    ...kept
  } = signature;
  return { ...kept, metadata: { ...kept.metadata } };
}

function isSameSignature(a: ImageSignature, b: ImageSignature): boolean {
  return a.metadata.name === b.metadata.name || (a.type === b.type && a.content === b.content);
}

/** Records inside another object carry neither kind nor apiVersion. */
function embed(signature: ImageSignature): ImageSignature {
  const { kind: _kind, apiVersion: _apiVersion, ...record } = signature;
  // The generated type demands both members; a server prints them at the top level only.
  return record as ImageSignature;
}

async function writeSignatures(
  registry: StoredRegistry<Image>,
  context: RequestContext,
  image: Image,
  signatures: ImageSignature[],
): Promise<void> {
  const { signatures: _old, ...rest } = image;
  // The server cannot tell who owns which field of an image with signatures and then forgets all of it.
  // Source: signature-managed-fields.
  const { managedFields: _managedFields, ...metadata } = image.metadata;
  const changed: Image = { ...rest, metadata, ...(signatures.length === 0 ? {} : { signatures }) };
  await registry.update(asImages(context), image.metadata.name ?? '', {
    preconditions: {},
    mayCreate: false,
    updatedObject: () => Promise.resolve(structuredClone(changed)),
  });
}
