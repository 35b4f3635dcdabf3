import { badRequestError } from '@imagestream/core';
import type { JsonNode } from '../decode/json-node.js';
import type { PatchedDocument } from './json-patch.js';
import { isNullNode, toPatchNode, type PatchNode } from './patch-tree.js';

/**
 * Merges a JSON merge patch (RFC 7396) into a document, which it changes. A patch that is no object replaces the whole
 * document; nulls inside new values are dropped.
 *
 * Throws a StatusError 400 for null, which the API server takes for no patch at all.
 */
export function applyMergePatch(root: PatchNode, patch: JsonNode): PatchedDocument {
  const opened = new Set<PatchNode>();
  const node = toPatchNode(patch);
  if (isNullNode(node)) throw badRequestError('Invalid JSON Patch');
  if (!(node instanceof Map) || !(root instanceof Map))
    return { root: prune(node, opened), opened };
  mergeInto(root, node, opened);
  return { root, opened };
}

function mergeInto(
  target: Map<string, PatchNode>,
  patch: ReadonlyMap<string, PatchNode>,
  opened: Set<PatchNode>,
): void {
  opened.add(target);
  for (const [key, value] of patch) {
    const current = target.get(key);
    if (isNullNode(value)) target.delete(key);
    else if (current instanceof Map && value instanceof Map) mergeInto(current, value, opened);
    else target.set(key, current instanceof Map ? value : prune(value, opened));
  }
}

/** A new value without the nulls in its objects. */
function prune(node: PatchNode, opened: Set<PatchNode>): PatchNode {
  if (Array.isArray(node)) return node.map((item) => prune(item, opened));
  if (!(node instanceof Map)) return node;
  const kept = new Map<string, PatchNode>();
  for (const [key, value] of node) if (!isNullNode(value)) kept.set(key, prune(value, opened));
  opened.add(kept);
  return kept;
}
