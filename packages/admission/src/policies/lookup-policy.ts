import { FieldPath, forbidden, isJsonObject, required, type KubeObject } from '@imagestream/core';
import { matchWrites } from '../image-requests.js';
import { definePolicy, type Policy } from '../policy.js';
import { withScope, type ScopeOptions } from '../scope.js';
import { allow, deny } from '../verdict.js';

/** Which way the rule goes. */
export interface LookupPolicyOptions extends ScopeOptions {
  /** `require`: pods may name the stream's tags as if they were images. `forbid`: they may not. */
  readonly mode: 'require' | 'forbid';
}

/** Controls `spec.lookupPolicy.local`, which decides what the image names in pods of a namespace mean. */
export function lookupPolicy({ mode, ...scope }: LookupPolicyOptions): Policy {
  const path = FieldPath.of('spec', 'lookupPolicy', 'local');
  const policy = definePolicy({
    name: `${mode}-local-lookup`,
    type: 'validating',
    matches: matchWrites('imagestreams'),
    review: ({ object, oldObject }) => {
      const isLocal = readLocal(object);
      const isUnchanged = oldObject !== undefined && readLocal(oldObject) === isLocal;
      if (isUnchanged || isLocal === (mode === 'require')) return allow();
      return mode === 'require'
        ? deny([required(path, 'image streams must be usable by name; set it to true')])
        : deny([
            forbidden(
              path,
              'image streams may not take the place of image names here; leave it out',
            ),
          ]);
    },
    cel: [
      {
        resources: ['imagestreams'],
        expression: `${isLocalIn('object')} == ${mode === 'require'} || (oldObject != null && ${isLocalIn('oldObject')} == ${isLocalIn('object')})`,
        message: `local lookup is ${mode === 'require' ? 'required' : 'not allowed'}`,
      },
    ],
  });
  return withScope(policy, scope);
}

function isLocalIn(object: string): string {
  return `(has(${object}.spec.lookupPolicy) && has(${object}.spec.lookupPolicy.local) && ${object}.spec.lookupPolicy.local)`;
}

function readLocal(object: KubeObject | undefined): boolean {
  if (object === undefined || !('spec' in object) || !isJsonObject(object.spec)) return false;
  const { lookupPolicy: value } = object.spec;
  return isJsonObject(value) && value['local'] === true;
}
