import { makeStatus, StatusError } from '@imagestream/core';
import type { BodyFormat } from './decoded.js';

const ACCEPTED = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

const FORMATS: Readonly<Record<string, BodyFormat>> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
};

/**
 * The encoding a Content-Type header names; missing or empty means JSON, parameters do not count.
 *
 * Throws a StatusError 415 for every other one.
 */
export function parseBodyFormat(contentType: string | null | undefined): BodyFormat {
  const [mediaType = ''] = (contentType ?? '').split(';');
  const name = mediaType.trim().toLowerCase();
  if (name === '') return 'json';
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (format !== undefined) return format;
  throw new StatusError(
    makeStatus({
      reason: 'UnsupportedMediaType',
      message: `the body of the request was in an unknown format - accepted media types include: ${ACCEPTED}`,
    }),
  );
}
