import { formatFieldError, type AdmissionRequest, type FieldError } from '@imagestream/core';
import {
  validate,
  type AllowedRegistry,
  type Operation,
  type RuleId,
} from '@imagestream/validators';
import { IMAGE_GROUP } from '../image-requests.js';
import { definePolicy, type Policy, type PolicyContext } from '../policy.js';
import { withScope, type ScopeOptions } from '../scope.js';
import { allow, deny, warn } from '../verdict.js';

/** What a rule does where it is broken. */
export type RuleAction = 'deny' | 'warn' | 'ignore';

/** How objects are checked. */
export interface ValidateObjectsOptions extends ScopeOptions {
  /** `server` (default) takes what the API server takes; `strict` also refuses unknown fields and repeated entries. */
  readonly mode?: 'server' | 'strict';
  /** What single rules do, by their id in `spec/rules.yaml`. Those not named do what `action` says. */
  readonly rules?: Readonly<Partial<Record<RuleId, RuleAction>>>;
  readonly allowedRegistries?: readonly AllowedRegistry[];
  /** The host of the cluster's own registry, as its image configuration says. */
  readonly internalRegistry?: string;
}

const OPERATIONS: Readonly<Record<string, Operation>> = { CREATE: 'create', UPDATE: 'update' };

/**
 * Checks every object of the image group by schema and by the server's own rules, create and update with the old object.
 * The denial carries the errors as causes, each with its field, in the server's words.
 */
export function validateObjects({
  mode = 'server',
  rules = {},
  allowedRegistries,
  internalRegistry,
  ...scope
}: ValidateObjectsOptions = {}): Policy {
  const { action = 'deny', ...rest } = scope;
  const actions = new Map<string, RuleAction>(Object.entries(rules));
  const actionOf = ({ rule = '' }: FieldError): RuleAction => actions.get(rule) ?? action;
  const check = ({ request, object, oldObject }: PolicyContext): FieldError[] => {
    const operation =
      request.subResource === 'status' ? 'statusUpdate' : OPERATIONS[request.operation];
    return validate(withoutServerMembers(object), {
      mode,
      operation: operation ?? 'object',
      ...(oldObject === undefined ? {} : { oldObject }),
      ...(allowedRegistries === undefined ? {} : { allowedRegistries }),
      ...(internalRegistry === undefined ? {} : { internalRegistry }),
    });
  };
  const policy = definePolicy({
    name: 'validate-objects',
    type: 'validating',
    matches: matchObjects,
    review: (context) => {
      const errors = check(context);
      const warnings = errors.filter((error) => actionOf(error) === 'warn').map(formatFieldError);
      const denials = errors.filter((error) => actionOf(error) === 'deny');
      return denials.length === 0 ? warnOrAllow(warnings) : deny(denials, warnings);
    },
    notInCel: 'the rules of references, digests and generations are more than CEL can say',
  });
  return withScope(policy, rest);
}

function matchObjects({ operation, resource, subResource = '' }: AdmissionRequest): boolean {
  const isWrite = operation === 'CREATE' || operation === 'UPDATE';
  return (
    isWrite && resource.group === IMAGE_GROUP && (subResource === '' || subResource === 'status')
  );
}

/** The object as its user sent it: what the server fills in before it asks webhooks is no fault of the user. */
function withoutServerMembers(object: PolicyContext['object']): unknown {
  if (object === undefined) return undefined;
  const {
    uid: _uid,
    creationTimestamp: _created,
    managedFields: _managed,
    ...metadata
  } = object.metadata;
  return { ...object, metadata };
}

function warnOrAllow(warnings: readonly string[]): ReturnType<typeof allow> {
  return warnings.length === 0 ? allow() : warn(...warnings);
}
