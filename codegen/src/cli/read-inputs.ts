import type { DiagnosticBag } from '../diagnostics.js';
import { fetchDocuments } from '../load/fetch-documents.js';
import type { FetchText } from '../load/fetch-documents.js';
import { loadDocument, loadInputs } from '../load/load-inputs.js';
import type { NamedDocument } from '../load/named-document.js';
import type { RawInput } from '../load/raw-input.js';
import type { CommandOutlets } from './command.js';
import { UsageError } from './usage-error.js';

/** Inputs as the command line names them, the network ones fetched. */
export interface NamedInputs {
  readonly paths: readonly string[];
  readonly documents: readonly NamedDocument[];
}

/** Splits inputs into paths and URLs and fetches the latter. */
export async function readInputs(
  inputs: readonly string[],
  options: { readonly groups: readonly string[]; readonly headers: readonly string[] },
  outlets: CommandOutlets,
  bag: DiagnosticBag,
): Promise<NamedInputs> {
  const isUrl = (input: string): boolean => /^https?:\/\//.test(input);
  const documents: NamedDocument[] = [];
  const read = textReader(options.headers, outlets);
  for (const url of inputs.filter(isUrl)) {
    documents.push(...(await fetchDocuments(url, options.groups, read, bag)));
  }
  return { paths: inputs.filter((input) => !isUrl(input)), documents };
}

/** Loads what `readInputs` found. */
export function loadNamedInputs(inputs: NamedInputs, bag: DiagnosticBag): readonly RawInput[] {
  return [
    ...loadInputs(inputs.paths, bag),
    ...inputs.documents.flatMap((document) => loadDocument(document, bag)),
  ];
}

/** Fetches text with the headers given as `name: value`. Answers other than 200 give undefined. */
export function textReader(headers: readonly string[], outlets: CommandOutlets): FetchText {
  const named = Object.fromEntries(headers.map(splitHeader));
  return async (url) => {
    const response = await outlets.fetch(url, { accept: 'application/json', ...named });
    const text = await response.text();
    return response.ok ? text : undefined;
  };
}

function splitHeader(header: string): readonly [string, string] {
  const colon = header.indexOf(':');
  if (colon < 1) throw new UsageError(`--header ${JSON.stringify(header)} is not "name: value"`);
  return [header.slice(0, colon).trim(), header.slice(colon + 1).trim()];
}
