import type { KubeObject } from '@imagestream/core';
import type { RequestContext } from '../../registry/request-context.js';
import { bodyFormat } from '../body-format.js';
import type { ServerAnswer } from '../exchange.js';
import { dropRepeatedOwners } from '../owner-references.js';
import {
  answerForm,
  asObject,
  bodyKind,
  checkName,
  endpointKind,
  normalizeObject,
  objectAnswer,
  readBody,
  settleNamespace,
  type ResourceCall,
} from '../resource-call.js';
import { managerName, parseWriteOptions } from '../write-options.js';

/** PUT of one object. Source: api-update. */
export async function updateVerb(call: ResourceCall): Promise<ServerAnswer> {
  const { rest, query, parts, request } = call;
  if (rest.update === undefined) throw new Error('an update was routed to a resource without it');
  answerForm(call);
  const bytes = await readBody(call);
  const options = parseWriteOptions(query, 'UpdateOptions');
  const format = bodyFormat(request.header('content-type'));
  const context: RequestContext = {
    ...call.context,
    ...options,
    fieldManager: managerName(options.fieldManager, request.header('user-agent')),
  };
  const { fieldValidation } = options;
  const decoded = parts.bodies.decode({
    bytes,
    format,
    gvk: bodyKind(call),
    fieldValidation,
  });
  for (const text of decoded.warnings) context.warn(text);
  const body = asObject(call, decoded.object);
  settleNamespace(call, body);
  checkName(context.name, body);
  const normal = normalizeObject(call, body);
  dropRepeatedOwners(context, normal.metadata);
  const { uid } = normal.metadata;
  const result = await rest.update(context, context.name, {
    preconditions: uid === undefined || uid === '' ? {} : { uid },
    mayCreate: false,
    updatedObject: (inner, old) =>
      Promise.resolve(withOwnership(call, inner, { old, body: normal })),
  });
  return objectAnswer(call, result.created ? 201 : 200, result.object);
}

function withOwnership(
  call: ResourceCall,
  context: RequestContext,
  { old, body }: { readonly old: KubeObject | undefined; readonly body: KubeObject },
): KubeObject {
  const object = structuredClone(body);
  return asObject(
    call,
    call.parts.bodies.own({
      live: old === undefined ? undefined : { ...old },
      object: { ...object },
      gvk: endpointKind(call),
      manager: context.fieldManager,
      subresource: context.subresource,
      now: context.now(),
    }),
  );
}
