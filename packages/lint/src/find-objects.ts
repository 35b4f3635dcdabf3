import { identify } from './read/identify.js';
import { readDocuments } from './read/read-documents.js';

/** An object of the image API that stands in a text. */
export interface FoundObject {
  readonly kind: string;
  /** As plain data, with the parameters of a Template put in. */
  readonly object: Readonly<Record<string, unknown>>;
}

/** What finding objects accepts. */
export interface FindOptions {
  /** Values for Template parameters; they come before the Template's own defaults. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * Every object of the image API in a YAML or JSON text, in order: in all documents, and inside List, ImageStreamList and
 * Template. Documents that cannot be read and objects of other APIs are left out; `lint` is what reports them.
 */
export function findObjects(text: string, { parameters = {} }: FindOptions = {}): FoundObject[] {
  const values = new Map(Object.entries(parameters));
  return readDocuments(text)
    .filter((document) => document.type === 'document')
    .flatMap((document) =>
      identify(document, values).manifests.map(({ kind, object }) => ({ kind, object })),
    );
}
