import type { ServerAnswer, ServerRequest } from './exchange.js';

/** What a log line says of a request. */
export interface LoggedRequest {
  readonly request: ServerRequest;
  readonly answer: ServerAnswer;
  readonly user: string;
  readonly durationMs: number;
}

/** Parameters whose values may be told; others may hold anything. */
const toldParameters = [
  'allowWatchBookmarks',
  'dryRun',
  'fieldManager',
  'fieldSelector',
  'fieldValidation',
  'labelSelector',
  'limit',
  'resourceVersion',
  'resourceVersionMatch',
  'sendInitialEvents',
  'timeoutSeconds',
  'watch',
];

/**
 * One line of JSON about a request. Headers and bodies are not in it, and of the query only what cannot be a secret.
 *
 * Source: server-log.
 */
export function formatLogLine({ request, answer, user, durationMs }: LoggedRequest): string {
  const [path = '', query = ''] = request.target.split('?', 2);
  const told = [...new URLSearchParams(query)].filter(([name]) => toldParameters.includes(name));
  return JSON.stringify({
    method: request.method,
    path,
    ...(told.length === 0 ? {} : { query: Object.fromEntries(told) }),
    user,
    status: answer.status,
    durationMs: Math.round(durationMs * 1000) / 1000,
    ...(request.peer === undefined ? {} : { peer: request.peer }),
    auditId: answer.headers['audit-id'],
  });
}
