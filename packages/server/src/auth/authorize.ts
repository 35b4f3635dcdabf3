import type { AccessAttributes, Authorizer, UserInfo } from '../registry/request-context.js';

/** Allows everything to everybody. */
export const allowAll: Authorizer = {
  can: () => ({ allowed: true, reason: '' }),
  canVisit: () => ({ allowed: true, reason: '' }),
};

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
