import type { ServerAnswer, ServerRequest } from './exchange.js';

const allowedHeaders = [
  'Accept',
  'Authorization',
  'Content-Type',
  'If-None-Match',
  'Impersonate-Group',
  'Impersonate-User',
];
const exposedHeaders = ['Audit-Id', 'Date', 'ETag', 'Retry-After', 'Warning'];

/** The headers that let a web page of a given origin read an answer; none when it is not among those allowed. */
export function corsHeaders(
  request: ServerRequest,
  origins: readonly string[],
): Record<string, string> {
  const origin = request.header('origin') ?? '';
  if (origin === '' || !(origins.includes('*') || origins.includes(origin))) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': exposedHeaders.join(', '),
    vary: 'Origin',
  };
}

/** The answer to a browser's question before the request itself; undefined for other requests. Source: api-cors. */
export function preflightAnswer(
  request: ServerRequest,
  origins: readonly string[],
): ServerAnswer | undefined {
  if (request.method !== 'OPTIONS' || origins.length === 0) return undefined;
  const isPreflight = request.header('access-control-request-method') !== undefined;
  const headers = corsHeaders(request, origins);
  if (!isPreflight || headers['access-control-allow-origin'] === undefined) return undefined;
  return {
    status: 204,
    headers: {
      ...headers,
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': allowedHeaders.join(', '),
      'access-control-max-age': '600',
    },
  };
}
