import type { AdmissionRequest, KubeObject } from '@imagestream/core';
import type { RequestContext } from './request-context.js';
import type { ResourceInfo } from './rest.js';

/** A write admission is asked about. The uid of the request tells calls apart and is new for each. */
export type AdmissionWrite = Omit<AdmissionRequest<KubeObject>, 'uid'>;

/** What admission may use of the request. */
export interface AdmissionCall {
  newUid(): string;
  /** Adds a warning to the answer. */
  warn(text: string): void;
  readonly signal: AbortSignal;
}

/**
 * Decides about writes beyond the rules of the API. Called concurrently. Refuses by throwing the StatusError the client
 * gets.
 *
 * For creates and updates `mutate` comes before the resource's own preparation and validation, `validate` after them and
 * right before the write; for deletes both come when the object was found and the preconditions hold. A write that meets a newer
 * version starts over, and asks again. What the server writes to a stream because of a request on another resource, such as an
 * import, is not asked about: the request itself was. Source: api-admission.
 */
export interface Admission {
  /** The object to go on with; the given one when nothing is changed. For deletes nothing is given and nothing changes. */
  mutate(write: AdmissionWrite, call: AdmissionCall): Promise<unknown>;
  validate(write: AdmissionWrite, call: AdmissionCall): Promise<void>;
}

/** Describes a write of a request. */
export function describeWrite(
  context: RequestContext,
  info: ResourceInfo,
  { operation, object, oldObject }: Pick<AdmissionWrite, 'operation' | 'object' | 'oldObject'>,
): AdmissionWrite {
  const { group, version, kind, resource, subresource } = info;
  const { user, namespace, dryRun } = context;
  const name = context.name === '' && operation === 'CREATE' ? object?.metadata.name : context.name;
  const gvk = { group, version, kind };
  const gvr = { group, version, resource };
  const sub = subresource === undefined ? {} : { subResource: subresource };
  return {
    kind: gvk,
    resource: gvr,
    ...sub,
    requestKind: gvk,
    requestResource: gvr,
    ...(subresource === undefined ? {} : { requestSubResource: subresource }),
    ...(name === undefined || name === '' ? {} : { name }),
    ...(namespace === '' ? {} : { namespace }),
    operation,
    userInfo: {
      username: user.name,
      ...(user.uid === undefined ? {} : { uid: user.uid }),
      groups: user.groups,
      ...(Object.keys(user.extra).length === 0 ? {} : { extra: user.extra }),
    },
    object: object ?? null,
    oldObject: oldObject ?? null,
    dryRun,
    options: describeOptions(context, operation),
  };
}

const OPTION_KINDS: Readonly<Record<AdmissionWrite['operation'], string>> = {
  CREATE: 'CreateOptions',
  UPDATE: 'UpdateOptions',
  DELETE: 'DeleteOptions',
  CONNECT: 'ConnectOptions',
};

function describeOptions(
  { verb, dryRun, fieldManager, fieldValidation }: RequestContext,
  operation: AdmissionWrite['operation'],
): Readonly<Record<string, unknown>> {
  const isPatch = verb === 'patch' && operation === 'UPDATE';
  return {
    kind: isPatch ? 'PatchOptions' : OPTION_KINDS[operation],
    apiVersion: 'meta.k8s.io/v1',
    ...(dryRun ? { dryRun: ['All'] } : {}),
    ...(operation === 'DELETE' ? {} : { fieldManager, fieldValidation }),
  };
}
