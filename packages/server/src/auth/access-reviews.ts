/** Answers who may do what, for `kubectl auth can-i` and its like. Nothing is stored. */
import { badRequestError, isJsonObject } from '@imagestream/core';
import { parse } from 'yaml';
import { bodyFormat } from '../http/body-format.js';
import { protobufType } from '../http/discovery-protobuf.js';
import { encodeValue } from '../http/encode.js';
import type { ServerAnswer, ServerRequest } from '../http/exchange.js';
import { unknownMethod } from '../http/plain-answers.js';
import type { AccessDecision, Authorizer, UserInfo } from '../registry/request-context.js';
import { decodeReview } from './review-protobuf.js';

/** A review to answer: who asks, and about what. */
export interface ReviewRequest {
  readonly request: ServerRequest;
  readonly path: string;
  readonly user: UserInfo;
  readonly authorizer: Authorizer;
  readonly maxBodyBytes: number;
}

const authorizationRoot = '/apis/authorization.k8s.io/v1/';
const authenticationRoot = '/apis/authentication.k8s.io/v1/';

/** The resource of a review path, such as `selfsubjectaccessreviews`; undefined for other paths. */
export function reviewResource(path: string): string | undefined {
  const routed = path.replace(/\/$/, '');
  if (routed === `${authenticationRoot}selfsubjectreviews`) return 'selfsubjectreviews';
  if (!routed.startsWith(authorizationRoot)) return undefined;
  const rest = routed.slice(authorizationRoot.length);
  if (rest === 'selfsubjectaccessreviews' || rest === 'subjectaccessreviews') return rest;
  return /^namespaces\/[^/]+\/localsubjectaccessreviews$/.test(rest)
    ? 'localsubjectaccessreviews'
    : undefined;
}

/** The API group of a review resource. */
export function reviewGroup(resource: string): string {
  return resource === 'selfsubjectreviews' ? 'authentication.k8s.io' : 'authorization.k8s.io';
}

/** Answers a review with 201. Source: api-access-reviews. Throws 405 for other methods than POST and 400 for what cannot be read. */
export async function answerReview(resource: string, review: ReviewRequest): Promise<ServerAnswer> {
  if (review.request.method !== 'POST') throw unknownMethod();
  const body = await readReview(review);
  const status =
    resource === 'selfsubjectreviews'
      ? { userInfo: toUserInfo(review.user) }
      : statusOf(decide(resource, body, review));
  return {
    status: 201,
    headers: { 'content-type': 'application/json' },
    body: encodeValue({ metadata: {}, ...body, status }, { format: 'json', pretty: false }),
  };
}

async function readReview({
  request,
  maxBodyBytes,
}: ReviewRequest): Promise<Record<string, unknown>> {
  const contentType = request.header('content-type');
  if (contentType === protobufType) return decodeReview(await request.body(maxBodyBytes));
  const format = bodyFormat(contentType);
  const text = new TextDecoder().decode(await request.body(maxBodyBytes));
  let value: unknown;
  try {
    value = format === 'json' ? JSON.parse(text) : parse(text, { maxAliasCount: 100 });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unreadable';
    throw badRequestError(`the object provided is unrecognized: ${why}`);
  }
  if (!isJsonObject(value)) throw badRequestError('the object provided is unrecognized');
  return value;
}

function decide(
  resource: string,
  body: Record<string, unknown>,
  { user, authorizer }: ReviewRequest,
): AccessDecision {
  const spec = asRecord(body['spec']);
  const asked = resource === 'selfsubjectaccessreviews' ? user : readUser(spec);
  const place = spec['nonResourceAttributes'];
  if (isJsonObject(place)) {
    return authorizer.canVisit(asked, { verb: textOf(place, 'verb'), path: textOf(place, 'path') });
  }
  const deed = asRecord(spec['resourceAttributes']);
  const [subresource, namespace, name] = ['subresource', 'namespace', 'name'].map((field) =>
    textOf(deed, field),
  );
  return authorizer.can(asked, {
    verb: textOf(deed, 'verb'),
    group: textOf(deed, 'group'),
    resource: textOf(deed, 'resource'),
    ...(subresource ? { subresource } : {}),
    ...(namespace ? { namespace } : {}),
    ...(name ? { name } : {}),
  });
}

function statusOf({ allowed, reason }: AccessDecision): object {
  return { allowed, ...(reason === '' ? {} : { reason }) };
}

function readUser(spec: Record<string, unknown>): UserInfo {
  const { groups } = spec;
  return {
    name: textOf(spec, 'user'),
    groups: Array.isArray(groups) ? groups.map(String) : [],
    extra: {},
  };
}

function toUserInfo({ name, uid, groups, extra }: UserInfo): object {
  return {
    username: name,
    ...(uid === undefined ? {} : { uid }),
    groups,
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return isJsonObject(value) ? value : {};
}

function textOf(record: Record<string, unknown>, field: string): string {
  const value = record[field];
  return typeof value === 'string' ? value : '';
}
