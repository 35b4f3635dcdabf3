import { isStatus, type KubeObject } from '@imagestream/core';
import type { RequestContext } from '../../registry/request-context.js';
import type { ServerAnswer } from '../exchange.js';
import { checkNamespaceAlive } from '../namespace-check.js';
import {
  answerForm,
  asObject,
  bodyKind,
  bytesAnswer,
  endpointKind,
  normalizeObject,
  objectAnswer,
  readBody,
  settleNamespace,
  type ResourceCall,
} from '../resource-call.js';
import { bodyFormat } from '../body-format.js';
import { encodeObject } from '../encode.js';
import { dropRepeatedOwners } from '../owner-references.js';
import { managerName, parseWriteOptions } from '../write-options.js';

/** POST to a collection. Source: api-create. */
export async function createVerb(call: ResourceCall): Promise<ServerAnswer> {
  const { rest, query, parts, request } = call;
  if (rest.create === undefined) throw new Error('a create was routed to a resource without it');
  const form = answerForm(call);
  const format = bodyFormat(request.header('content-type'));
  const bytes = await readBody(call);
  const options = parseWriteOptions(query, 'CreateOptions');
  const { fieldValidation } = options;
  const gvk = endpointKind(call);
  const decoded = parts.bodies.decode({
    bytes,
    format,
    gvk: bodyKind(call),
    fieldValidation,
  });
  const object = asObject(call, decoded.object);
  const context: RequestContext = {
    ...call.context,
    ...options,
    namespace: namespaceOf(call, object),
    fieldManager: managerName(options.fieldManager, request.header('user-agent')),
  };
  for (const text of decoded.warnings) context.warn(text);
  wipeSystemMetadata(object.metadata);
  settleNamespace({ rest, context }, object);
  const normal = normalizeObject(call, object);
  dropRepeatedOwners(context, normal.metadata);
  const owned = parts.bodies.own({
    live: undefined,
    object: { ...normal },
    gvk,
    manager: context.fieldManager,
    subresource: context.subresource,
    now: context.now(),
  });
  checkNamespaceAlive({ rest, context, parts }, normal);
  const created = await rest.create(context, asObject(call, owned));
  if (isStatus(created)) return bytesAnswer(201, encodeObject(created, form), form);
  return objectAnswer(call, 201, created);
}

/** The namespace of the URL; on the 3.x surface, where it may be missing there, the one of the body. */
function namespaceOf({ rest, context, path }: ResourceCall, { metadata }: KubeObject): string {
  if (path.root !== 'oapi' || rest.info.scope === 'Cluster') return context.namespace;
  return context.namespace || (metadata.namespace ?? '') || 'default';
}

/** What a client says about these counts for nothing. */
function wipeSystemMetadata(metadata: {
  uid?: string;
  creationTimestamp?: string | null;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  selfLink?: string;
}): void {
  delete metadata.uid;
  delete metadata.creationTimestamp;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
}
