import type { Status } from '@imagestream/core';
import type { TagImportState } from '@imagestream/image-v1';

/** One tag that could not be imported, or, without a tag, the whole repository. */
export interface ImportFailure {
  readonly tag?: string;
  /** Why: NotFound, Unauthorized, Forbidden … */
  readonly status: Status;
}

/** An import failed, for some tags or for all, although the server answered 201: one failure per tag. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
  readonly failures: readonly ImportFailure[];

  constructor(stream: string, failures: readonly ImportFailure[]) {
    const said = failures.map(({ tag, status }) => {
      const message = status.message ?? status.reason ?? 'no reason given';
      return tag === undefined ? message : `${tag}: ${message}`;
    });
    super(`importing into ${stream} failed: ${said.join('; ')}`);
    this.failures = failures;
  }
}

/** A tag has no image. `state` says whether one is on its way or why not. */
export class UnresolvedTagError extends Error {
  override readonly name = 'UnresolvedTagError';
  readonly state: TagImportState;

  constructor(target: string, state: TagImportState) {
    super(`${target} has no image${explain(state)}`);
    this.state = state;
  }
}

function explain(state: TagImportState): string {
  if (state.type === 'pending') return ' yet: its import is due';
  return state.type === 'failed'
    ? `: ${state.condition.message ?? state.condition.reason ?? 'its import failed'}`
    : '';
}
