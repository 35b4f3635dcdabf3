import { makeStatus, StatusError } from '@imagestream/core';
import { encodeUtf8, type ServerAnswer } from './exchange.js';

/** An answer in plain text, as probes and overload get it. */
export function textAnswer(status: number, text: string): ServerAnswer {
  return {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
    },
    body: encodeUtf8(text),
  };
}

/** 304 for a client that has the document already: the headers of its answer but for the type of a body that is not sent. */
export function notModified({
  'content-type': _contentType,
  ...headers
}: Readonly<Record<string, string>>): ServerAnswer {
  return { status: 304, headers };
}

/** 404 of a path inside the API that leads nowhere. Source: api-unknown-path. */
export function unknownPath(): StatusError {
  return new StatusError(
    makeStatus({
      reason: 'NotFound',
      message: 'the server could not find the requested resource',
      details: {},
    }),
  );
}

/** 405 of a path that has other methods. Source: api-unknown-method. */
export function unknownMethod(): StatusError {
  return new StatusError(
    makeStatus({
      reason: 'MethodNotAllowed',
      message: 'the server does not allow this method on the requested resource',
      details: {},
    }),
  );
}

/** An error the real server tells in plain text instead of a Status. */
export class PlainTextError extends Error {
  readonly code: number;

  constructor(code: number, text: string) {
    super(text);
    this.name = 'PlainTextError';
    this.code = code;
  }
}
