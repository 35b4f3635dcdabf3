/**
 * Ends an exhaustive `switch`: compiles only when every case was handled.
 *
 * Throws a TypeError naming the value, for callers whose data escaped the type system.
 */
export function assertNever(value: never, what = 'value'): never {
  throw new TypeError(`unexpected ${what}: ${JSON.stringify(value)}`);
}
