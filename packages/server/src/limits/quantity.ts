/** A quantity of the API that cannot be read. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError';
}

const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;
const DECIMAL_SUFFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;

const QUANTITY = /^([+-]?\d*\.?\d*)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+|)$/;

/**
 * Reads a quantity as the API writes it (`2`, `1Ki`, `1.5G`, `100m`) and returns its value, in whatever unit it counts.
 *
 * Throws a QuantityError when the text is none.
 *
 * @example
 * parseQuantity('1Ki'); // 1024
 */
export function parseQuantity(text: string): number {
  const match = QUANTITY.exec(text.trim());
  const [, digits = '', suffix = ''] = match ?? [];
  const value = Number(digits);
  if (match === null || !/\d/.test(digits) || Number.isNaN(value)) {
    throw new QuantityError(`quantities must match the form <number><suffix>, not "${text}"`);
  }
  return value * factorOf(suffix);
}

/**
 * Writes a number of bytes as the API server prints it: with the largest binary suffix that leaves it whole, below 1024
 * with a decimal one.
 *
 * @example
 * formatBytes(2048); // '2Ki'
 */
export function formatBytes(sizeBytes: number): string {
  const isSmall = Math.abs(sizeBytes) < 1024;
  const step = isSmall ? 1000 : 1024;
  const suffixes = isSmall ? DECIMAL_SUFFIXES : BINARY_SUFFIXES;
  let value = sizeBytes;
  let index = 0;
  while (value !== 0 && value % step === 0 && index < suffixes.length - 1) {
    value /= step;
    index += 1;
  }
  return `${value}${suffixes[index] ?? ''}`;
}

function factorOf(suffix: string): number {
  if (/^[eE][+-]?\d+$/.test(suffix)) return Number(`1${suffix}`);
  const binary = BINARY_SUFFIXES.findIndex((candidate) => candidate === suffix);
  if (binary !== -1) return 1024 ** binary;
  const decimal = DECIMAL_SUFFIXES.findIndex((candidate) => candidate === suffix);
  if (decimal !== -1) return 1000 ** decimal;
  return { m: 1e-3, u: 1e-6, n: 1e-9 }[suffix] ?? 1;
}
