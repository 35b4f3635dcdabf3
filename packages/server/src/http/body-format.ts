import { makeStatus, StatusError } from '@imagestream/core';

/** The encoding of a body by its Content-Type; a missing one means JSON. Throws 415 for others. Source: api-content-type. */
export function bodyFormat(contentType: string | undefined): 'json' | 'yaml' {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  switch (type) {
    case '':
    case 'application/json':
      return 'json';
    case 'application/yaml':
      return 'yaml';
    default:
      throw new StatusError(
        makeStatus({
          reason: 'UnsupportedMediaType',
          message:
            'the body of the request was in an unknown format - accepted media types include: ' +
            'application/json, application/yaml, application/vnd.kubernetes.protobuf',
        }),
      );
  }
}
