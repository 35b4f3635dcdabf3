import { forbiddenError } from '@imagestream/core';
import { describeRefusal } from '../auth/authorize.js';
import type { AccessAttributes, Authorizer, UserInfo } from '../registry/request-context.js';
import type { ResourcePath } from './request-info.js';

/** Refuses with 403 what the user may not do. Source: api-forbidden. */
export function authorize(
  authorizer: Authorizer,
  user: UserInfo,
  attributes: AccessAttributes,
): void {
  const { allowed, reason } = authorizer.can(user, attributes);
  if (allowed) return;
  const { group, resource, name } = attributes;
  const why = describeRefusal(user, attributes);
  throw forbiddenError(
    { group, resource, ...(name === undefined ? {} : { name }) },
    reason === '' ? why : `${why}: ${reason}`,
  );
}

/** Refuses with 403 a path that is no resource. */
export function authorizeVisit(
  authorizer: Authorizer,
  user: UserInfo,
  visit: { readonly verb: string; readonly path: string },
): void {
  if (authorizer.canVisit(user, visit).allowed) return;
  const { verb, path } = visit;
  const why = `User ${JSON.stringify(user.name)} cannot ${verb} path ${JSON.stringify(path)}`;
  throw forbiddenError({ group: '', resource: '' }, why);
}

/** What authorization is asked about a resource path; `name` may also come from a field selector. */
export function attributesOf(
  { resource, subresource, namespace }: ResourcePath,
  { verb, group, name }: { readonly verb: string; readonly group: string; readonly name: string },
): AccessAttributes {
  const attributes: { -readonly [K in keyof AccessAttributes]: AccessAttributes[K] } = {
    verb,
    group,
    resource,
  };
  if (subresource !== '') attributes.subresource = subresource;
  if (namespace !== undefined) attributes.namespace = namespace;
  if (name !== '') attributes.name = name;
  return attributes;
}
