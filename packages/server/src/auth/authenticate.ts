import { unauthorizedError } from '@imagestream/core';
import type { ServerRequest } from '../http/exchange.js';
import type { UserInfo } from '../registry/request-context.js';

/** Finds out who asks. Throws 401 for credentials that are not known. */
export type Authenticate = (request: ServerRequest) => UserInfo;

const authenticated = 'system:authenticated';

/** Who may do everything: whom an open server takes everybody for. */
export const clusterAdministrator: UserInfo = {
  name: 'system:admin',
  groups: ['system:masters', authenticated],
  extra: {},
};

/** Who sent no credentials. */
export const anonymous: UserInfo = {
  name: 'system:anonymous',
  groups: ['system:unauthenticated'],
  extra: {},
};

/** Takes everybody for the cluster's administrator. */
export function openAuthentication(): Authenticate {
  return () => clusterAdministrator;
}

/** Knows users by bearer tokens; who sends none is anonymous. Source: api-authentication. */
export function tokenAuthentication(users: ReadonlyMap<string, UserInfo>): Authenticate {
  return (request) => {
    const token = bearerToken(request.header('authorization'));
    if (token === undefined) return anonymous;
    const user = users.get(token);
    if (user === undefined) throw unauthorizedError();
    return { ...user, groups: [...new Set([...user.groups, authenticated])] };
  };
}

/** The token of an Authorization header; undefined without one. Other schemes count as an unknown token. */
function bearerToken(header: string | undefined): string | undefined {
  if (header === undefined || header === '') return undefined;
  const [scheme = '', token = ''] = header.trim().split(/ +/, 2);
  return scheme.toLowerCase() === 'bearer' ? token : '';
}
