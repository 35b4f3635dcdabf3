import { makeStatus, StatusError } from '@imagestream/core';

/** What an answer may be turned into instead of the object itself. */
export interface Conversion {
  readonly kind: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';
  readonly version: 'v1' | 'v1beta1';
}

/** How an answer is written. */
export interface MediaType {
  readonly format: 'json' | 'yaml';
  readonly conversion?: Conversion;
  /** `pretty=1` among the parameters. */
  readonly pretty: boolean;
}

const plainJson: MediaType = { format: 'json', pretty: false };

interface Clause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/** In the order in which the server prefers them. It names protobuf, as its clients expect, but never chooses it. */
const servedTypes = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const streamedTypes = [
  'application/json;stream=watch',
  'application/vnd.kubernetes.protobuf;stream=watch',
];

/** The media types of a route, as its 406 lists them. Lists and watches can also stream. */
export function representations(streaming: boolean): readonly string[] {
  return streaming ? [...servedTypes, ...streamedTypes] : servedTypes;
}

/**
 * The first gate: whether any clause of an Accept header names a type a route produces, parameters left aside.
 * `application/*` does not count. Throws 406. Source: api-negotiation-route.
 */
export function checkRouteAccepts(accept: string | undefined, streaming: boolean): void {
  // What most clients send needs no reading.
  if (accept === undefined || accept === '' || accept === 'application/json') return;
  const types = representations(streaming);
  const acceptable = accept.split(',').some((clause) => {
    const type = clause.split(';')[0]?.trim() ?? '';
    return type === '*/*' || types.includes(type);
  });
  if (acceptable) return;
  const message = `406: Not Acceptable\n\nAvailable representations: ${types.join(', ')}`;
  throw new StatusError(makeStatus({ reason: 'NotAcceptable', message, details: {} }));
}

/** What can be done for a request besides writing the object itself. */
export interface NegotiationOptions {
  /** Whether answers can be turned into something else at all. */
  readonly conversions: boolean;
  /** Whether one of these things is a Table; default true. A clause that asks for what is not there is passed over. */
  readonly tables?: boolean;
}

/** Chooses how to answer. Throws 406 when no clause can be served. Source: api-negotiation. */
export function negotiate(accept: string | undefined, options: NegotiationOptions): MediaType {
  if (accept === undefined || accept === '' || accept === 'application/json') return plainJson;
  for (const clause of parseAccept(accept)) {
    const media = serve(clause, options);
    if (media !== undefined) return media;
  }
  throw notAcceptable(servedTypes);
}

/** As {@link negotiate}, for a stream of watch events: JSON lines or nothing. */
export function negotiateStream(
  accept: string | undefined,
  options: NegotiationOptions,
): MediaType {
  if (accept === undefined || accept === '') return { format: 'json', pretty: false };
  for (const clause of parseAccept(accept)) {
    const media = serve(clause, options);
    if (media?.format === 'json') return media;
  }
  throw notAcceptable(streamedTypes);
}

/** 406 with the list of what is served. */
export function notAcceptable(types: readonly string[]): StatusError {
  return new StatusError(
    makeStatus({
      reason: 'NotAcceptable',
      message: `only the following media types are accepted: ${types.join(', ')}`,
    }),
  );
}

/** Clauses by quality, then by how specific they are. */
function parseAccept(accept: string): Clause[] {
  return accept
    .split(',')
    .map(parseClause)
    .sort((a, b) => b.quality - a.quality || specificity(b) - specificity(a));
}

function parseClause(text: string): Clause {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim());
  const parameters = new Map<string, string>();
  let quality = 1;
  for (const part of rest) {
    const equals = part.indexOf('=');
    const name = equals < 0 ? part : part.slice(0, equals);
    const value = equals < 0 ? '' : part.slice(equals + 1);
    if (name === 'q') quality = Number.parseFloat(value) || 0;
    else parameters.set(name, value);
  }
  return { type, parameters, quality };
}

function specificity({ type, parameters }: Clause): number {
  if (type === '*/*') return 0;
  return (type.endsWith('/*') ? 1 : 2) + parameters.size / 100;
}

function serve({ type, parameters }: Clause, options: NegotiationOptions): MediaType | undefined {
  const format = formatOf(type);
  if (format === undefined) return undefined;
  const pretty = parameters.get('pretty') === '1';
  const stream = parameters.get('stream') ?? '';
  if (stream !== '' && stream !== 'watch') return undefined;
  const target = ['as', 'g', 'v'].filter((name) => (parameters.get(name) ?? '') !== '');
  if (target.length === 0) return { format, pretty };
  const conversion = options.conversions ? conversionOf(parameters) : undefined;
  if (conversion === undefined || (conversion.kind === 'Table' && options.tables === false)) {
    return undefined;
  }
  return { format, pretty, conversion };
}

function formatOf(type: string): 'json' | 'yaml' | undefined {
  switch (type) {
    case '*/*':
    case 'application/*':
    case 'application/json':
      return 'json';
    case 'application/yaml':
      return 'yaml';
    default:
      return undefined;
  }
}

function conversionOf(parameters: ReadonlyMap<string, string>): Conversion | undefined {
  const kind = parameters.get('as');
  const version = parameters.get('v');
  if (parameters.get('g') !== 'meta.k8s.io') return undefined;
  if (version !== 'v1' && version !== 'v1beta1') return undefined;
  switch (kind) {
    case 'Table':
    case 'PartialObjectMetadata':
    case 'PartialObjectMetadataList':
      return { kind, version };
    default:
      return undefined;
  }
}
