import {
  FieldPath,
  invalid,
  isJsonObject,
  notSupported,
  type FieldError,
  type Status,
} from '@imagestream/core';
import type { RequestContext } from '../../registry/request-context.js';
import type { DeleteRequest, DeleteResult, Preconditions } from '../../registry/rest.js';
import { bodyFormat } from '../body-format.js';
import { decodeDeleteOptions } from '../../decode/decode-delete-options.js';
import { encodeObject } from '../encode.js';
import type { ServerAnswer } from '../exchange.js';
import { legacyStatus } from '../legacy-surface.js';
import { parseListRequest } from '../list-options.js';
import { readInteger, readOptionalFlag } from '../query-values.js';
import {
  answerForm,
  bytesAnswer,
  objectAnswer,
  readBody,
  surfaceVersion,
  type ResourceCall,
} from '../resource-call.js';
import { checkDryRun, invalidOptions } from '../write-options.js';
import { listResultAnswer } from './list.js';

/** DELETE of one object. Source: api-delete. */
export async function deleteVerb(call: ResourceCall): Promise<ServerAnswer> {
  const { rest } = call;
  if (rest.delete === undefined) throw new Error('a delete was routed to a resource without it');
  const form = answerForm(call);
  const { request, dryRun } = await readDeleteOptions(call);
  const context: RequestContext = { ...call.context, dryRun };
  const result = await rest.delete(context, context.name, request);
  const status = result.deleted || request.orphanDependents !== false ? 200 : 202;
  if (result.status !== undefined) {
    return bytesAnswer(status, encodeObject(result.status, form), form);
  }
  if (!result.deleted && result.object !== undefined) {
    return objectAnswer(call, status, result.object);
  }
  const success = deletedStatus(call, result);
  return bytesAnswer(status, encodeObject(success, form), form);
}

function deletedStatus({ rest, context, path }: ResourceCall, { object }: DeleteResult): Status {
  const { group, resource } = rest.info;
  const uid = object?.metadata.uid;
  const status: Status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name: context.name, group, kind: resource, ...(uid === undefined ? {} : { uid }) },
  };
  return path.root === 'oapi' ? legacyStatus(status) : status;
}

/** DELETE of a collection. Source: api-delete-collection. */
export async function deleteCollectionVerb(call: ResourceCall): Promise<ServerAnswer> {
  const { rest, query } = call;
  if (rest.deleteCollection === undefined) {
    throw new Error('a deletecollection was routed to a resource without it');
  }
  answerForm(call);
  const target = { info: rest.info, name: '', watchPath: false };
  const list = parseListRequest(query, target);
  const { request, dryRun } = await readDeleteOptions(call);
  const context: RequestContext = { ...call.context, dryRun };
  return listResultAnswer(call, await rest.deleteCollection(context, request, list));
}

interface DeleteOptions {
  readonly request: DeleteRequest;
  readonly dryRun: boolean;
}

/** Options come from the body when there is one, else from the query. */
async function readDeleteOptions(call: ResourceCall): Promise<DeleteOptions> {
  const bytes = await readBody(call);
  const fields = bytes.length > 0 ? fromBody(call, bytes) : fromQuery(call.query);
  const errors = checkDeleteOptions(fields);
  if (errors.length > 0) throw invalidOptions('DeleteOptions', errors);
  const { dryRun, preconditions, ...rest } = fields;
  return { request: { preconditions: preconditions ?? {}, ...rest }, dryRun: dryRun.length > 0 };
}

interface DeleteFields {
  readonly dryRun: readonly string[];
  readonly preconditions?: Preconditions;
  readonly gracePeriodSeconds?: number;
  readonly orphanDependents?: boolean;
  readonly propagationPolicy?: string;
}

function fromBody(call: ResourceCall, bytes: Uint8Array): DeleteFields {
  const format = bodyFormat(call.request.header('content-type'));
  const apiVersion = surfaceVersion(call.path);
  const options = decodeDeleteOptions({ bytes, format, apiVersion });
  const { dryRun, gracePeriodSeconds, orphanDependents, propagationPolicy } = options;
  const preconditions = isJsonObject(options['preconditions']) ? options['preconditions'] : {};
  return {
    dryRun: Array.isArray(dryRun) ? dryRun.map(String) : [],
    preconditions: readPreconditions(preconditions),
    ...(typeof gracePeriodSeconds === 'number' ? { gracePeriodSeconds } : {}),
    ...(typeof orphanDependents === 'boolean' ? { orphanDependents } : {}),
    ...(typeof propagationPolicy === 'string' ? { propagationPolicy } : {}),
  };
}

function readPreconditions({ uid, resourceVersion }: Record<string, unknown>): Preconditions {
  return {
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
  };
}

function fromQuery(query: URLSearchParams): DeleteFields {
  const gracePeriodSeconds = readInteger(query, 'gracePeriodSeconds');
  const orphanDependents = readOptionalFlag(query, 'orphanDependents');
  const propagationPolicy = query.get('propagationPolicy');
  return {
    dryRun: query.getAll('dryRun'),
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(orphanDependents === undefined ? {} : { orphanDependents }),
    ...(propagationPolicy === null ? {} : { propagationPolicy }),
  };
}

const policies = ['Foreground', 'Background', 'Orphan'];

function checkDeleteOptions({
  dryRun,
  orphanDependents,
  propagationPolicy,
}: DeleteFields): FieldError[] {
  const path = FieldPath.of('propagationPolicy');
  if (propagationPolicy === undefined) return checkDryRun(dryRun);
  if (orphanDependents !== undefined) {
    const detail = 'orphanDependents and deletionPropagation cannot be both set';
    return [invalid(path, propagationPolicy, detail), ...checkDryRun(dryRun)];
  }
  if (policies.includes(propagationPolicy)) return checkDryRun(dryRun);
  // The real server lists its null as well.
  return [notSupported(path, propagationPolicy, [...policies, 'nil']), ...checkDryRun(dryRun)];
}
