import {
  badRequestError,
  isJsonObject,
  isObjectList,
  isStatus,
  makeStatus,
  quoteGo,
  StatusError,
  type KubeObject,
  type ObjectList,
} from '@imagestream/core';
import type { Conversion } from '../http/negotiate.js';
import type { Printer, PrintRequest } from '../http/printer.js';
import type { ListResult } from '../registry/rest.js';
import { tableLayout } from './columns.js';

/** Marks the bookmark after the initial events of a watch. */
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/**
 * Tables and partial metadata as the real API server makes them.
 *
 * Source: table-columns, table-rows.
 */
export const goPrinter: Printer = {
  object(object, request) {
    if (isStatus(object)) return object;
    if (isObjectList(object)) return goPrinter.list(toListResult(object), request);
    switch (request.conversion.kind) {
      case 'Table':
        return tableOf([object], { resourceVersion: object.metadata.resourceVersion }, request);
      case 'PartialObjectMetadata':
        return partialMetadata(object, request.conversion);
      case 'PartialObjectMetadataList':
        throw notAcceptable(request, `is not a list (${goType(request.info.kind)})`);
    }
  },

  list(list, request) {
    switch (request.conversion.kind) {
      case 'Table':
        return tableOf(list.items, list.metadata, request);
      case 'PartialObjectMetadataList':
        return partialMetadataList(list, request.conversion);
      case 'PartialObjectMetadata': {
        const { kind, listKind = kind } = request.info;
        const shown = kind.endsWith('List') ? kind : listKind;
        throw notAcceptable(request, `is a list (${goType(shown)})`);
      }
    }
  },
};

/** A list that is answered where objects are: secrets of a stream. */
function toListResult({ metadata, items }: ObjectList): ListResult {
  return { metadata: { ...metadata }, items: items ?? [] };
}

/** The real server's type of a kind, as its error texts print it. */
function goType(kind: string): string {
  return kind === 'SecretList' ? '*core.SecretList' : `*image.${kind}`;
}

function notAcceptable({ conversion }: PrintRequest, what: string): StatusError {
  return new StatusError(
    makeStatus({
      reason: 'NotAcceptable',
      message: `you requested ${conversion.kind}, but the requested object ${what}`,
    }),
  );
}

function metaVersion({ version }: Conversion): string {
  return `meta.k8s.io/${version}`;
}

function partialMetadata({ metadata }: KubeObject, conversion: Conversion): KubeObject {
  return { kind: 'PartialObjectMetadata', apiVersion: metaVersion(conversion), metadata };
}

function partialMetadataList(list: ListResult, conversion: Conversion): KubeObject {
  const items = list.items.map((item) => partialMetadata(item, conversion));
  const { metadata } = list;
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion: metaVersion(conversion),
    metadata: { ...metadata },
    ...{ items },
  };
}

function tableOf(
  items: readonly KubeObject[],
  metadata: Readonly<Record<string, unknown>>,
  request: PrintRequest,
): KubeObject {
  const include = parseIncludeObject(request.includeObject);
  const layout = tableLayout(request.info.kind);
  const rows = items.map((item) => ({
    cells: layout.cells(item, request.now),
    object: rowObject(item, include, request),
  }));
  return {
    kind: 'Table',
    apiVersion: metaVersion(request.conversion),
    metadata: { ...metadata },
    ...{ columnDefinitions: layout.columns, rows },
  };
}

type IncludeObject = 'Metadata' | 'Object' | 'None';

function parseIncludeObject(text: string): IncludeObject {
  if (text === '') return 'Metadata';
  if (text === 'Metadata' || text === 'Object' || text === 'None') return text;
  throw badRequestError(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${quoteGo(text)}: must be 'Metadata', 'Object', 'None', or empty`,
  );
}

function rowObject(
  item: KubeObject,
  include: IncludeObject,
  { conversion, info }: PrintRequest,
): KubeObject | null {
  if (include === 'Object') {
    return {
      ...item,
      kind: info.kind,
      apiVersion: item.apiVersion ?? `${info.group}/${info.version}`,
    };
  }
  if (include === 'None' && !endsInitialEvents(item)) return null;
  return partialMetadata(item, conversion);
}

/** Clients look for the mark in the row's object, so it is there whatever they asked for. */
function endsInitialEvents({ metadata }: KubeObject): boolean {
  const { annotations } = metadata;
  return isJsonObject(annotations) && Object.hasOwn(annotations, INITIAL_EVENTS_END);
}
