import {
  conflictError,
  FieldPath,
  forbidden,
  isJsonObject,
  makeStatus,
  notFoundError,
  required,
  StatusError,
  type FieldError,
  type KubeObject,
} from '@imagestream/core';
import type { RequestContext } from '../../registry/request-context.js';
import { encodeUtf8, type ServerAnswer } from '../exchange.js';
import { checkNamespaceAlive } from '../namespace-check.js';
import { dropRepeatedOwners } from '../owner-references.js';
import { readFlag } from '../query-values.js';
import {
  answerForm,
  asObject,
  checkName,
  endpointKind,
  normalizeObject,
  objectAnswer,
  readBody,
  settleNamespace,
  type ResourceCall,
} from '../resource-call.js';
import { invalidOptions, managerName, parseWriteOptions } from '../write-options.js';

/** The kinds of patches by their media types. */
const patchTypes = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
} as const;

/** What a PATCH asks for. */
export type PatchType = (typeof patchTypes)[keyof typeof patchTypes];

/** The kind of patch by Content-Type; throws 415 for none of them. 3.x did not know server-side apply. Source: api-patch-content-type. */
export function patchTypeOf(
  contentType: string | undefined,
  { applies }: { readonly applies: boolean },
): PatchType {
  const type = (contentType ?? '').split(';')[0]?.trim() ?? '';
  const known = Object.entries(patchTypes).find(([name]) => name === type);
  if (known !== undefined && (applies || known[1] !== 'apply')) return known[1];
  throw new StatusError(
    makeStatus({
      reason: 'UnsupportedMediaType',
      message: '415: Unsupported Media Type',
      details: {},
    }),
  );
}

/** PATCH of one object, server-side apply included. Source: api-patch. */
export async function patchVerb(call: ResourceCall): Promise<ServerAnswer> {
  const { rest, query, request } = call;
  if (rest.update === undefined) throw new Error('a patch was routed to a resource without update');
  const patchType = patchTypeOf(request.header('content-type'), {
    applies: call.path.root === 'apis',
  });
  answerForm(call);
  const bytes = await readBody(call);
  const options = parseWriteOptions(query, 'PatchOptions');
  const errors = checkPatchOptions(query, patchType);
  if (errors.length > 0) throw invalidOptions('PatchOptions', errors);
  const context: RequestContext = {
    ...call.context,
    ...options,
    fieldManager: managerName(options.fieldManager, request.header('user-agent')),
  };
  const ours = call.path.root === 'oapi' ? withGroupVersion(call, bytes) : bytes;
  const patch = { patchType, bytes: ours, force: readFlag(query, 'force') };
  const result = await rest.update(context, context.name, {
    preconditions: {},
    mayCreate: patchType === 'apply',
    updatedObject: (inner, old) => Promise.resolve(patched(call, inner, { old, patch })),
  });
  return objectAnswer(call, result.created ? 201 : 200, result.object);
}

/** The patch of a 3.x client in the group's words: what says apiVersion `v1` means the group's version. */
function withGroupVersion(call: ResourceCall, bytes: Uint8Array): Uint8Array {
  let patch: unknown;
  try {
    patch = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // Not JSON: whoever applies it says so.
    return bytes;
  }
  if (!isJsonObject(patch) || patch['apiVersion'] !== 'v1') return bytes;
  const { group, version } = endpointKind(call);
  return encodeUtf8(JSON.stringify({ ...patch, apiVersion: `${group}/${version}` }));
}

function checkPatchOptions(query: URLSearchParams, patchType: PatchType): FieldError[] {
  if (patchType !== 'apply') {
    return query.has('force')
      ? [forbidden(FieldPath.of('force'), 'may not be specified for non-apply patch')]
      : [];
  }
  return (query.get('fieldManager') ?? '') === ''
    ? [required(FieldPath.of('fieldManager'), 'is required for apply patch')]
    : [];
}

interface Patch {
  readonly patchType: PatchType;
  readonly bytes: Uint8Array;
  readonly force: boolean;
}

/** The object after the patch, decoded, defaulted and with its owners recorded. */
function patched(
  call: ResourceCall,
  context: RequestContext,
  { old, patch }: { readonly old: KubeObject | undefined; readonly patch: Patch },
): KubeObject {
  const { bodies } = call.parts;
  const gvk = endpointKind(call);
  const { fieldValidation, fieldManager: manager, subresource } = context;
  const owner = { manager, subresource, now: context.now() };
  const live = old === undefined ? undefined : { ...old };
  const { patchType, bytes, force } = patch;
  if (patchType === 'apply') {
    const applied = bodies.apply({ ...owner, bytes, live, gvk, fieldValidation, force });
    if (live !== undefined) return settle(call, context, applied);
    refuseForeignUid(call, context.name, applied.object);
    const made = settle(call, context, applied);
    checkNamespaceAlive(call, made);
    return made;
  }
  if (live === undefined) {
    const { group, resource } = call.rest.info;
    throw notFoundError({ group, resource, name: context.name });
  }
  const object = settle(
    call,
    context,
    bodies.patch({ patchType, bytes, live, gvk, fieldValidation }),
  );
  return asObject(call, bodies.own({ ...owner, live, object: { ...object }, gvk }));
}

/** Who applies to an object of a certain uid does not want another one made. */
function refuseForeignUid(
  call: ResourceCall,
  name: string,
  { metadata }: Record<string, unknown>,
): void {
  const uid = isJsonObject(metadata) ? metadata['uid'] : undefined;
  if (typeof uid !== 'string' || uid === '') return;
  const { group, resource } = call.rest.info;
  throw conflictError(
    { group, resource, name },
    `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
  );
}

function settle(
  call: ResourceCall,
  context: RequestContext,
  decoded: { readonly object: Record<string, unknown>; readonly warnings: readonly string[] },
): KubeObject {
  for (const text of decoded.warnings) context.warn(text);
  const object = asObject(call, decoded.object);
  settleNamespace(call, object);
  checkName(context.name, object);
  const normal = normalizeObject(call, object);
  dropRepeatedOwners(context, normal.metadata);
  return normal;
}
