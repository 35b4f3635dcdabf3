import { goTypeName, type MismatchWords } from '../decode/mismatch.js';
import type { JsonNode } from '../decode/json-node.js';

/**
 * Words for a wrong type in the result of a strategic merge patch: the server copies values from maps there instead of
 * decoding JSON, and its errors name no field.
 */
export const describeUnstructuredMismatch: MismatchWords = (node, ref, place) => {
  const kind = goKind(node);
  switch (ref.type) {
    case 'struct':
      return `cannot restore struct from: ${kind}`;
    case 'list':
      return `cannot restore slice from ${kind}`;
    case 'map':
      return `cannot restore map from ${kind}`;
    case 'raw':
    case 'any':
      return `cannot restore from ${kind}`;
    case 'scalar': {
      if (ref.scalar === 'bytes') return `cannot restore slice from ${kind}`;
      const target = ref.scalar;
      const converts =
        (kind === 'int64' && target === 'string') ||
        (kind === 'float64' && target.startsWith('int'));
      return converts
        ? `cannot convert ${kind} to ${goTypeName(ref, place.table)}`
        : `unrecognized type: ${target}`;
    }
  }
};

function goKind(node: JsonNode): string {
  switch (node.type) {
    case 'object':
      return 'map';
    case 'array':
      return 'slice';
    case 'number':
      return /^-?\d+$/.test(node.text) ? 'int64' : 'float64';
    default:
      return node.type;
  }
}
