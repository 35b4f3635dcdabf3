import { isStoreError } from '../store-error.js';
import type { StoreErrorCode } from '../store-error.js';

/** A store did not do what the contract says. The message shows both sides. */
export class ContractViolation extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ContractViolation';
  }
}

/** Compares two plain values (JSON, with byte arrays as text); throws a `ContractViolation`. */
export function checkEqual(what: string, actual: unknown, expected: unknown): void {
  const [got, wanted] = [print(actual), print(expected)];
  if (got !== wanted)
    throw new ContractViolation(`${what}\n  expected ${wanted}\n  received ${got}`);
}

/** Runs what must fail with a `StoreError` of this code; throws a `ContractViolation` otherwise. */
export async function checkFails(
  what: string,
  code: StoreErrorCode,
  action: () => Promise<unknown>,
): Promise<void> {
  checkEqual(what, await outcomeOf(action), { fails: code });
}

/** What an action returned, or the code of the `StoreError` it failed with. */
export async function outcomeOf(action: () => Promise<unknown>): Promise<unknown> {
  try {
    return { returns: await action() };
  } catch (error) {
    if (isStoreError(error)) return { fails: error.code };
    throw error;
  }
}

/** Whether `outcomeOf` reported a failure with this code. */
export function isFailure(outcome: unknown, code: StoreErrorCode): boolean {
  return print(outcome) === print({ fails: code });
}

/** Prints with sorted properties, so that only content counts. */
function print(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part === undefined) return '(undefined)';
    if (part instanceof Uint8Array) return new TextDecoder().decode(part);
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
