import type { PathItem } from './derive-operations.js';
import type { DiscoverySource } from './spec-sources.js';

/** Discovery sources as path items: one GET each, without parameters. */
export function discoveryPaths(sources: readonly DiscoverySource[]): readonly PathItem[] {
  return sources.map((source) => ({
    path: source.path,
    parameters: [],
    operations: [
      {
        method: 'get',
        operationId: source.operationId,
        tag: source.tag,
        description: source.description,
        parameters: [],
        consumes: source.mediaTypes,
        produces: source.mediaTypes,
        statuses: [200],
        answer: source.answer,
        deprecated: false,
      },
    ],
  }));
}
