import type { WellKnownType } from './api-model.js';

const apimachinery = 'io.k8s.apimachinery.pkg';
const apiextensions = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions';

const shapes: Readonly<Record<string, WellKnownType['shape']>> = {
  [`${apimachinery}.apis.meta.v1.Time`]: 'time',
  [`${apimachinery}.apis.meta.v1.MicroTime`]: 'micro-time',
  [`${apimachinery}.apis.meta.v1.Duration`]: 'duration',
  [`${apimachinery}.apis.meta.v1.FieldsV1`]: 'field-set',
  [`${apimachinery}.apis.meta.v1.Patch`]: 'patch',
  [`${apimachinery}.api.resource.Quantity`]: 'quantity',
  [`${apimachinery}.runtime.RawExtension`]: 'raw-object',
  [`${apimachinery}.util.intstr.IntOrString`]: 'int-or-string',
  [`${apiextensions}.v1.JSON`]: 'json',
  [`${apiextensions}.v1beta1.JSON`]: 'json',
};

/**
 * The shape of a definition that Go code, not its schema, defines: Time and MicroTime look alike in
 * every document, Quantity is a bare string in v2. Undefined for ordinary definitions.
 */
export function wellKnownShape(definition: string): WellKnownType['shape'] | undefined {
  return Object.hasOwn(shapes, definition) ? shapes[definition] : undefined;
}
