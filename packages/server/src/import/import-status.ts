import {
  internalServerError,
  invalid,
  invalidError,
  makeStatus,
  notFoundError,
  StatusError,
  type Status,
} from '@imagestream/core';
import { IMAGE_GROUP } from '../registry/resources/resource-info.js';
import { RegistryError } from './registry-source.js';

/** The status of an import that went well. Without kind and apiVersion, like every record inside another object. */
export function successfulImport(): Status {
  return embedStatus({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' });
}

/** The status of an image or repository whose reference cannot be read. The kind is empty on the server too. */
export function unreadableReference(name: string, problem: string): Status {
  const error = invalid('from.name', name, `invalid name: ${problem}`);
  return embedStatus(invalidError({ group: '', kind: '' }, [error]).status);
}

/**
 * The status of an image that could not be fetched, by what its registry said. `reference` is its normalised name.
 *
 * Source: import-status.
 */
export function imageFailure(error: unknown, reference: string): Status {
  if (!(error instanceof RegistryError)) return plainFailure(error);
  switch (error.code) {
    case 'ManifestUnknown':
      return dockerImageNotFound(reference);
    case 'Unauthorized':
    case 'NoCredentials':
      return unauthorized(reference);
    case 'NameUnknown':
    case 'Failed':
      if (isBadPassword(error)) return badPassword(reference);
      return embedStatus(internalServerError(`${reference}: ${error.message}`).status);
  }
}

/**
 * The status of a repository whose tags could not be listed.
 *
 * Source: import-status.
 */
export function repositoryFailure(error: unknown, reference: string): Status {
  if (!(error instanceof RegistryError)) return plainFailure(error);
  switch (error.code) {
    case 'NameUnknown':
      return dockerImageNotFound(reference);
    case 'Unauthorized':
      return unauthorized(reference);
    case 'ManifestUnknown':
    case 'NoCredentials':
    case 'Failed':
      if (isBadPassword(error)) return badPassword(reference);
      return embedStatus(internalServerError(error.message).status);
  }
}

/** The status of a repository some of whose tags failed. Source: import-repository-status. */
export function partialFailure(failed: number): Status {
  const subject = failed === 1 ? 'one' : String(failed);
  return embedStatus({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `${subject} of the images from this repository failed to import`,
    reason: 'ImportFailed',
  });
}

function dockerImageNotFound(name: string): Status {
  return embedStatus(notFoundError({ group: IMAGE_GROUP, resource: 'dockerimage', name }).status);
}

function unauthorized(reference: string): Status {
  const message = `you may not have access to the container image "${reference}"`;
  return embedStatus(makeStatus({ reason: 'Unauthorized', message }));
}

function badPassword(reference: string): Status {
  const message = `incorrect username or password for image "${reference}"`;
  return embedStatus(makeStatus({ reason: 'Unauthorized', message }));
}

function isBadPassword({ message }: RegistryError): boolean {
  return message.endsWith('incorrect username or password');
}

/** Something that is not the registry's: it is reported without the reference in front. */
function plainFailure(error: unknown): Status {
  if (error instanceof StatusError) return embedStatus(error.status);
  const message = error instanceof Error ? error.message : String(error);
  return embedStatus(internalServerError(message).status);
}

function embedStatus({ kind: _kind, apiVersion: _apiVersion, ...record }: Status): Status {
  // The generated type demands both members; a server prints them at the top level only.
  return record as Status;
}
