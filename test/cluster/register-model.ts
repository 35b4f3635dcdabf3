import type { Operation, Version } from './operation.js';

/**
 * What an object is believed to be. After a write whose answer is missing, its revision and uid are not known until an
 * answer tells them; only that the revision is `floor` at least and none of `excluded`.
 */
export type RegisterState =
  | { readonly exists: false; readonly floor: number }
  | {
      readonly exists: true;
      readonly floor: number;
      readonly rv?: number;
      readonly excluded: readonly number[];
      readonly uid?: string;
      readonly put: string;
      readonly patch: string;
    };

type Present = Extract<RegisterState, { exists: true }>;

/** An object nobody has created yet. */
export const absent: RegisterState = { exists: false, floor: 0 };

/**
 * The state after an operation that happened at once in this state; undefined when its answer cannot come from here. An
 * operation without an answer is taken to have done what it was asked to.
 */
export function applyOperation(
  state: RegisterState,
  { request, outcome }: Operation,
): RegisterState | undefined {
  if (outcome.type === 'refused') return state;
  switch (request.type) {
    case 'create':
      if (outcome.type === 'AlreadyExists') return state.exists ? state : undefined;
      if (state.exists) return undefined;
      return written({ put: request.put, patch: '', floor: state.floor }, outcome);
    case 'update': {
      if (outcome.type === 'NotFound') return state.exists ? undefined : state;
      if (!state.exists) return undefined;
      if (outcome.type === 'Conflict') return withoutRv(state, request.expectedRv);
      const before = withRv(state, request.expectedRv);
      return (
        before && written({ ...next(before), put: request.put, patch: request.patch }, outcome)
      );
    }
    case 'patch':
      if (outcome.type === 'NotFound') return state.exists ? undefined : state;
      if (!state.exists) return undefined;
      // The server gave up after others had been faster again and again.
      if (outcome.type === 'Conflict') return state;
      return written({ ...next(state), patch: request.patch }, outcome);
    case 'delete':
      return applyDelete(state, { request, outcome });
    case 'read':
      if (outcome.type === 'NotFound') return state.exists ? undefined : state;
      return state.exists && outcome.type === 'ok' ? seen(state, outcome.version) : undefined;
  }
}

function applyDelete(
  state: RegisterState,
  {
    request: { expectedRv, expectedUid },
    outcome,
  }: {
    readonly request: Extract<Operation['request'], { type: 'delete' }>;
    readonly outcome: Operation['outcome'];
  },
): RegisterState | undefined {
  if (outcome.type === 'NotFound') return state.exists ? undefined : state;
  if (!state.exists) return undefined;
  if (outcome.type === 'Conflict') return failedPrecondition(state, { expectedRv, expectedUid });
  const known = expectedRv === undefined ? state : withRv(state, expectedRv);
  const checked = known && expectedUid !== undefined ? withUid(known, expectedUid) : known;
  const told = outcome.type === 'deleted' ? outcome.uid : undefined;
  const before = checked && told !== undefined ? withUid(checked, told) : checked;
  return before && { exists: false, floor: next(before).floor };
}

/** A state in which one of the preconditions does not hold. */
function failedPrecondition(
  state: Present,
  expected: { readonly expectedRv: number | undefined; readonly expectedUid: string | undefined },
): RegisterState | undefined {
  const { expectedRv, expectedUid } = expected;
  // A uid nobody knows yet may well be another one.
  if (expectedUid !== undefined && expectedUid !== state.uid) return state;
  return expectedRv === undefined ? undefined : withoutRv(state, expectedRv);
}

interface Write {
  readonly put: string;
  readonly patch: string;
  readonly floor: number;
  readonly uid?: string;
}

/** What a write leaves behind: exactly what its answer shows, where there is one. */
function written(write: Write, outcome: Operation['outcome']): RegisterState | undefined {
  const state: Present = { exists: true, excluded: [], ...write };
  if (outcome.type === 'unknown') return state;
  return outcome.type === 'ok' ? seen(state, outcome.version) : undefined;
}

/** The object as a write that changes nothing would leave it, under a later revision. */
function next({ put, patch, floor, rv, uid }: Present): Write {
  return { put, patch, floor: (rv ?? floor) + 1, ...(uid === undefined ? {} : { uid }) };
}

/** The state once it is known to be this version. */
function seen(state: Present, version: Version): Present | undefined {
  if (state.put !== version.put || state.patch !== version.patch) return undefined;
  const bound = withRv(state, version.rv);
  return bound && withUid(bound, version.uid);
}

function withRv(state: Present, rv: number): Present | undefined {
  if (state.rv !== undefined) return state.rv === rv ? state : undefined;
  if (rv < state.floor || state.excluded.includes(rv)) return undefined;
  return { ...state, rv, floor: rv, excluded: [] };
}

function withoutRv(state: Present, rv: number): Present | undefined {
  if (state.rv !== undefined) return state.rv === rv ? undefined : state;
  return rv < state.floor || state.excluded.includes(rv)
    ? state
    : { ...state, excluded: [...state.excluded, rv].sort((a, b) => a - b) };
}

function withUid(state: Present, uid: string): Present | undefined {
  if (state.uid !== undefined) return state.uid === uid ? state : undefined;
  return { ...state, uid };
}

/** Equal states have equal texts. */
export function stateKey(state: RegisterState): string {
  if (!state.exists) return `-${state.floor}`;
  const { rv, floor, excluded, uid = '', put, patch } = state;
  return `${rv ?? `>${floor}!${excluded.join(',')}`} ${uid} ${put}/${patch}`;
}
