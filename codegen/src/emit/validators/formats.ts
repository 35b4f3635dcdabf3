import type { FormatName, SchemaStyle } from '../json-schema.js';

/** The check behind each format. */
export interface FormatCheck {
  /** What the schema, and with it an error, calls it. */
  readonly format: string;
  /** The runtime module's export. */
  readonly name: string;
  readonly looksAt: 'string' | 'number';
}

const checks: Readonly<Record<FormatName, FormatCheck>> = {
  time: { format: 'date-time', name: 'isDateTime', looksAt: 'string' },
  'micro-time': { format: 'micro-time', name: 'isMicroTime', looksAt: 'string' },
  duration: { format: 'duration', name: 'isGoDuration', looksAt: 'string' },
  quantity: { format: 'quantity', name: 'isQuantity', looksAt: 'string' },
  bytes: { format: 'byte', name: 'isBase64', looksAt: 'string' },
  int32: { format: 'int32', name: 'fitsInt32', looksAt: 'number' },
  int64: { format: 'int64', name: 'fitsInt64', looksAt: 'number' },
};

/** Every check that compiled validators may call. */
export const formatChecks: readonly FormatCheck[] = Object.values(checks);

/** Format keywords by shape, spelled as in OpenAPI where OpenAPI has the format. */
export const formatNames: NonNullable<SchemaStyle['formats']> = Object.fromEntries(
  Object.entries(checks).map(([shape, { format }]) => [shape, format]),
);
