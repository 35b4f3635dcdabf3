import { setOwn } from '@imagestream/core/patch';
import { fieldElement, type PathElement, type PathSet } from './path-set.js';
import { asList, asMap, type ListShape, type MapShape, type Shape } from './shape.js';

/**
 * What is there joined with what is applied: members and elements of both, of atomic values and scalars the applied one.
 * Elements keep their order where both agree, new ones take their place among the applied. Pure.
 */
export function mergeTyped(live: unknown, applied: unknown, shape: Shape): unknown {
  if (shape.type === 'leaf' || shape.atomic) return applied === undefined ? live : applied;
  if (shape.type === 'map') return mergeMembers(live, applied, shape);
  return mergeElements(live, applied, shape);
}

function mergeMembers(live: unknown, applied: unknown, shape: MapShape): unknown {
  const [left = {}, right = {}] = [asMap(live), asMap(applied)];
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  if (names.size === 0) return applied === undefined ? live : applied;
  const result: Record<string, unknown> = {};
  for (const name of names) {
    const member = shape.member(name) ?? { type: 'leaf' };
    const value = mergeTyped(ownOf(left, name), ownOf(right, name), member);
    if (value !== undefined) setOwn(result, name, value);
  }
  return result;
}

function ownOf(map: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

function mergeElements(live: unknown, applied: unknown, shape: ListShape): unknown {
  const [left = [], right = []] = [asList(live), asList(applied)];
  if (left.length === 0 && right.length === 0) return applied === undefined ? live : applied;
  const leftItems = new Map(left.map((item) => [shape.element(item), item]));
  const rightItems = new Map(right.map((item) => [shape.element(item), item]));
  return mergeOrder([...leftItems.keys()], [...rightItems.keys()]).map((element) =>
    mergeTyped(leftItems.get(element), rightItems.get(element), shape.items),
  );
}

/**
 * The order of a merged list: the applied elements as they were applied; elements only the server has come before the
 * next shared one they stood before, or at the end.
 */
function mergeOrder(live: readonly PathElement[], applied: readonly PathElement[]): PathElement[] {
  const [isLive, isApplied] = [new Set(live), new Set(applied)];
  const shared = applied.filter((element) => isLive.has(element));
  const result: PathElement[] = [];
  const placed = new Set<PathElement>();
  let [l, r, s] = [0, 0, 0];
  while (l < live.length || r < applied.length) {
    const [left, right] = [live[l], applied[r]];
    if (left !== undefined && left === right) {
      result.push(left);
      placed.add(left);
      [l, r, s] = [l + 1, r + 1, s + 1];
    } else if (
      left !== undefined &&
      right !== undefined &&
      isApplied.has(left) &&
      s < shared.length &&
      left !== shared[s]
    ) {
      // Shared, but its turn comes with its place in the applied list.
      l++;
    } else if (left !== undefined && !isApplied.has(left)) {
      result.push(left);
      l++;
    } else {
      if (left !== undefined && placed.has(left)) l++;
      if (right !== undefined) {
        result.push(right);
        placed.add(right);
        r++;
        if (right === shared[s]) s++;
      }
    }
  }
  return result;
}

/**
 * A value without the members and elements at these paths. A struct, map or list that loses everything becomes null.
 */
export function removePaths(value: unknown, paths: PathSet, shape: Shape): unknown {
  if (paths.isEmpty || shape.type === 'leaf') return value;
  if (shape.atomic) return null;
  return shape.type === 'map'
    ? removeMembers(value, paths, shape)
    : removeElements(value, paths, shape);
}

function removeMembers(value: unknown, paths: PathSet, shape: MapShape): unknown {
  const map = asMap(value) ?? {};
  const result: Record<string, unknown> = {};
  for (const name of Object.keys(map)) {
    const element = fieldElement(name);
    if (paths.has(element)) continue;
    const member = shape.member(name) ?? { type: 'leaf' };
    setOwn(result, name, removePaths(map[name], paths.below(element), member));
  }
  return Object.keys(result).length === 0 ? null : result;
}

function removeElements(value: unknown, paths: PathSet, shape: ListShape): unknown {
  const kept: unknown[] = [];
  for (const item of asList(value) ?? []) {
    const element = shape.element(item);
    if (!paths.has(element)) kept.push(removePaths(item, paths.below(element), shape.items));
  }
  return kept.length === 0 ? null : kept;
}
