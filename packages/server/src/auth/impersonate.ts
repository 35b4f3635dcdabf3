import { forbiddenError } from '@imagestream/core';
import type { ServerRequest } from '../http/exchange.js';
import { PlainTextError } from '../http/plain-answers.js';
import type { AccessAttributes, Authorizer, UserInfo } from '../registry/request-context.js';
import { describeRefusal } from './authorize.js';

const extraPrefix = 'impersonate-extra-';
const serviceAccountPrefix = 'system:serviceaccount:';
const authenticationGroup = 'authentication.k8s.io';

/** What the headers ask to be taken for. */
interface Wish {
  readonly user: string;
  readonly groups: readonly string[];
  readonly uid: string;
  readonly extra: ReadonlyMap<string, readonly string[]>;
}

/**
 * Who the request counts as: the user itself, or whom its Impersonate headers name. Each thing asked for is authorized
 * with the verb `impersonate`; throws 403 for the first that is not allowed.
 *
 * Source: api-impersonation.
 */
export function impersonate(
  request: ServerRequest,
  user: UserInfo,
  { authorizer, path }: { readonly authorizer: Authorizer; readonly path: string },
): UserInfo {
  const wish = readWish(request);
  if (wish === undefined) return user;
  if (wish.user === '') throw withoutUser(wish, path);
  for (const attributes of attributesOf(wish)) {
    const decision = authorizer.can(user, attributes);
    if (decision.allowed) continue;
    const { group, resource, name = '' } = attributes;
    throw forbiddenError({ group, resource, name }, describeRefusal(user, attributes));
  }
  return becomes(wish);
}

function readWish(request: ServerRequest): Wish | undefined {
  if (!request.headerNames().some((name) => name.startsWith('impersonate-'))) return undefined;
  const user = request.header('impersonate-user') ?? '';
  const groups = request.headerValues('impersonate-group');
  const uid = request.header('impersonate-uid') ?? '';
  const extra = new Map<string, readonly string[]>();
  for (const name of request.headerNames()) {
    if (!name.startsWith(extraPrefix)) continue;
    extra.set(decodeKey(name.slice(extraPrefix.length)), request.headerValues(name));
  }
  const asked = user !== '' || groups.length > 0 || uid !== '' || extra.size > 0;
  return asked ? { user, groups, uid, extra } : undefined;
}

/** Keys may be percent-encoded; one that is badly so stands as it is. */
function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** The real server prints its own record of what was asked. */
function withoutUser({ groups, uid, extra }: Wish, path: string): PlainTextError {
  const records = [
    ...groups.map((group) => `{Group  ${group}    }`),
    ...[...extra].flatMap(([key, values]) =>
      values.map((value) => `{UserExtra  ${value}  ${authenticationGroup}/v1  ${key}}`),
    ),
    ...(uid === '' ? [] : [`{UID  ${uid}  ${authenticationGroup}/v1  }`]),
  ];
  return new PlainTextError(
    500,
    `Internal Server Error: ${JSON.stringify(path)}: requested [${records.join(' ')}] without impersonating a user\n`,
  );
}

function attributesOf({ user, groups, uid, extra }: Wish): AccessAttributes[] {
  const impersonated = { verb: 'impersonate', group: '' };
  const list: AccessAttributes[] = [];
  if (user.startsWith(serviceAccountPrefix)) {
    const [namespace = '', name = ''] = user.slice(serviceAccountPrefix.length).split(':');
    list.push({ ...impersonated, resource: 'serviceaccounts', namespace, name });
  } else {
    list.push({ ...impersonated, resource: 'users', name: user });
  }
  for (const name of groups) list.push({ ...impersonated, resource: 'groups', name });
  const group = authenticationGroup;
  for (const [subresource, names] of extra) {
    for (const name of names) {
      list.push({ ...impersonated, group, resource: 'userextras', subresource, name });
    }
  }
  if (uid !== '') list.push({ ...impersonated, group, resource: 'uids', name: uid });
  return list;
}

function becomes({ user, groups, uid, extra }: Wish): UserInfo {
  return {
    name: user,
    ...(uid === '' ? {} : { uid }),
    groups: [...new Set([...groups, ...impliedGroups(user, groups)])],
    extra: Object.fromEntries(extra),
  };
}

function impliedGroups(user: string, groups: readonly string[]): string[] {
  if (user === 'system:anonymous') return ['system:unauthenticated'];
  const implied = ['system:authenticated'];
  if (!user.startsWith(serviceAccountPrefix) || groups.length > 0) return implied;
  const [namespace = ''] = user.slice(serviceAccountPrefix.length).split(':');
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, ...implied];
}
