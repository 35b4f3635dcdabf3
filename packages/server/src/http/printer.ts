import type { KubeObject } from '@imagestream/core';
import type { ListResult, ResourceInfo } from '../registry/rest.js';
import type { Conversion } from './negotiate.js';

/** How something is to be printed. */
export interface PrintRequest {
  readonly conversion: Conversion;
  readonly info: ResourceInfo;
  /** The `includeObject` parameter as sent. */
  readonly includeObject: string;
  /** For ages. */
  readonly now: Date;
}

/**
 * Turns objects into Tables and PartialObjectMetadata. Refuses with 406 when a single object is asked for and there is
 * a list, or the other way round, and with 400 for an unknown `includeObject`.
 */
export interface Printer {
  object(object: KubeObject, request: PrintRequest): KubeObject;
  list(list: ListResult, request: PrintRequest): KubeObject;
}
