import { forbidden, type FieldError } from '@imagestream/core';
import { matchWrites } from '../image-requests.js';
import { celForTags } from '../cel.js';
import { definePolicy, type Policy, type PolicyContext } from '../policy.js';
import { withScope, type ScopeOptions } from '../scope.js';
import { readChangedSources } from '../tag-sources.js';
import { allow, deny } from '../verdict.js';

/** The annotation that makes all imports of a stream insecure on old clusters. */
const ANNOTATION = 'openshift.io/image.insecureRepository';

/** Refuses imports over plain http or with certificates nobody checked. */
export function forbidInsecureImports(scope: ScopeOptions = {}): Policy {
  const policy = definePolicy({
    name: 'forbid-insecure-imports',
    type: 'validating',
    matches: matchWrites('imagestreams', 'imagestreamtags', 'imagetags', 'imagestreamimports'),
    review: (context) => {
      const errors = [...judgeAnnotation(context), ...judgeSources(context)];
      return errors.length === 0 ? allow() : deny(errors);
    },
    cel: [
      ...celForTags(isSecureIn, 'insecure imports are not allowed'),
      {
        resources: ['imagestreams'],
        expression: `!(has(object.metadata.annotations) && '${ANNOTATION}' in object.metadata.annotations && object.metadata.annotations['${ANNOTATION}'] == 'true') || (oldObject != null && has(oldObject.metadata.annotations) && '${ANNOTATION}' in oldObject.metadata.annotations && oldObject.metadata.annotations['${ANNOTATION}'] == 'true')`,
        message: 'insecure imports are not allowed',
      },
      {
        resources: ['imagestreamimports'],
        expression: `(!has(object.spec.images) || object.spec.images.all(i, ${isSecureIn('i')})) && (!has(object.spec.repository) || ${isSecureIn('object.spec.repository')})`,
        message: 'insecure imports are not allowed',
      },
    ],
  });
  return withScope(policy, scope);
}

function isSecureIn(entry: string): string {
  const policy = `${entry}.importPolicy`;
  return `(!has(${policy}) || !has(${policy}.insecure) || !${policy}.insecure)`;
}

function judgeSources(context: PolicyContext): FieldError[] {
  return readChangedSources(context)
    .filter((source) => source.isInsecure)
    .map(({ path }) =>
      forbidden(
        path.child('importPolicy', 'insecure'),
        'insecure imports are not allowed; give the registry a certificate the cluster trusts',
      ),
    );
}

function judgeAnnotation({ object, oldObject }: PolicyContext): FieldError[] {
  const isSet = (value: typeof object): boolean =>
    value?.metadata.annotations?.[ANNOTATION] === 'true';
  if (object?.kind !== 'ImageStream' || !isSet(object) || isSet(oldObject)) return [];
  return [forbidden(`metadata.annotations[${ANNOTATION}]`, 'insecure imports are not allowed')];
}
