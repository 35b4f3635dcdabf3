import type {
  AccessAttributes,
  AccessDecision,
  Authorizer,
  UserInfo,
} from '../registry/request-context.js';

const allowed: AccessDecision = { allowed: true, reason: '' };

/** Allows everything to everybody. */
export const allowAll: Authorizer = { can: () => allowed, canVisit: () => allowed };

/** What a refusal says the user cannot do. Source: api-forbidden. */
export function describeRefusal(
  user: UserInfo,
  { verb, group, resource, subresource, namespace }: AccessAttributes,
): string {
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  const where =
    namespace === undefined || namespace === ''
      ? 'at the cluster scope'
      : `in the namespace ${JSON.stringify(namespace)}`;
  return `User ${JSON.stringify(user.name)} cannot ${verb} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}`;
}
