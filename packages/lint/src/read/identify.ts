import { isJsonObject } from '@imagestream/core';
import type { Path } from '../path.js';
import { type KnownObject, replacePlaceholders } from './placeholders.js';
import type { SourceDocument } from './read-documents.js';
import {
  readParameters,
  substituteParameters,
  type TemplateParameter,
} from './template-parameters.js';

/** An object of the image API, and where it stands. */
export interface Manifest {
  readonly document: SourceDocument;
  /** The way from the document to the object: `['objects', 2]` inside a Template. */
  readonly path: Path;
  readonly kind: string;
  /** As it is written. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** With parameters put in, and placeholders replaced by texts that `isUnknown` knows. */
  readonly object: Readonly<Record<string, unknown>>;
  /** Puts the placeholders back into a text about the object. */
  readonly restore: (text: string) => string;
  readonly template: TemplateContext | undefined;
  /** Whether it stands in a List, which `oc get` prints. */
  readonly isListed: boolean;
}

/** The Template around an object. */
export interface TemplateContext {
  readonly path: Path;
  readonly raw: Readonly<Record<string, unknown>>;
  readonly parameters: readonly TemplateParameter[];
  /** The values to put in. */
  readonly values: ReadonlyMap<string, string>;
}

/** An object that is not of the image API. */
export interface OtherObject {
  readonly path: Path;
  /** Empty when it says none. */
  readonly kind: string;
}

/** What a document holds. */
export interface IdentifiedDocument {
  readonly manifests: readonly Manifest[];
  readonly others: readonly OtherObject[];
  /** Templates with or without objects of the image API. */
  readonly templates: readonly TemplateContext[];
}

const GROUP = 'image.openshift.io';

const OWN_KINDS = new Set([
  'Image',
  'ImageSignature',
  'ImageStream',
  'ImageStreamImage',
  'ImageStreamImport',
  'ImageStreamLayers',
  'ImageStreamMapping',
  'ImageStreamTag',
  'ImageTag',
]);

const LISTS: ReadonlyMap<string, string> = new Map([
  ['ImageList', 'Image'],
  ['ImageStreamList', 'ImageStream'],
  ['ImageStreamTagList', 'ImageStreamTag'],
  ['ImageTagList', 'ImageTag'],
]);

/** Lists inside lists inside templates: nobody nests them deeper. */
const MAX_DEPTH = 8;

/**
 * Finds the objects of the image API in a document: itself, or inside List, ImageStreamList and Template, whose known
 * parameters are put in.
 *
 * @param parameters values given by the user; they come before the defaults of a Template
 */
export function identify(
  document: SourceDocument,
  parameters: ReadonlyMap<string, string>,
): IdentifiedDocument {
  const search = new Search(document, parameters);
  search.visit(document.value, {
    path: [],
    template: undefined,
    isListed: false,
    itemKind: undefined,
  });
  return search;
}

interface Place {
  readonly path: Path;
  readonly template: TemplateContext | undefined;
  readonly isListed: boolean;
  /** What an item of a typed list is when it does not say. */
  readonly itemKind: string | undefined;
}

class Search implements IdentifiedDocument {
  readonly manifests: Manifest[] = [];
  readonly others: OtherObject[] = [];
  readonly templates: TemplateContext[] = [];
  readonly #document: SourceDocument;
  readonly #parameters: ReadonlyMap<string, string>;

  constructor(document: SourceDocument, parameters: ReadonlyMap<string, string>) {
    this.#document = document;
    this.#parameters = parameters;
  }

  visit(value: unknown, place: Place): void {
    if (!isJsonObject(value) || place.path.length > 2 * MAX_DEPTH) {
      this.others.push({ path: place.path, kind: '' });
      return;
    }
    const kind = textOf(value['kind']) ?? place.itemKind ?? '';
    const group = groupOf(value['apiVersion']);
    if (isContainer(kind, group)) this.#visitMembers(value, kind, place);
    else if (isOwn(kind, group)) this.manifests.push(this.#manifest(value, kind, place));
    else this.others.push({ path: place.path, kind });
  }

  #visitMembers(value: Record<string, unknown>, kind: string, place: Place): void {
    const isTemplate = kind === 'Template';
    const key = isTemplate ? 'objects' : 'items';
    const template = isTemplate ? this.#openTemplate(value, place.path) : place.template;
    const members = value[key];
    if (!Array.isArray(members)) return;
    for (const [index, item] of members.entries()) {
      this.visit(item, {
        path: [...place.path, key, index],
        template,
        isListed: place.isListed || !isTemplate,
        itemKind: LISTS.get(kind),
      });
    }
  }

  #openTemplate(raw: Record<string, unknown>, path: Path): TemplateContext {
    const parameters = readParameters(raw);
    const values = new Map<string, string>();
    for (const { name, value } of parameters) if (value !== undefined) values.set(name, value);
    for (const { name } of parameters) {
      const given = this.#parameters.get(name);
      if (given !== undefined) values.set(name, given);
    }
    const template = { path, raw, parameters, values };
    this.templates.push(template);
    return template;
  }

  #manifest(raw: Record<string, unknown>, kind: string, place: Place): Manifest {
    const { template } = place;
    const substituted = template === undefined ? raw : substituteParameters(raw, template.values);
    const known: KnownObject = replacePlaceholders(substituted);
    const object = isJsonObject(known.object) ? known.object : raw;
    return {
      document: this.#document,
      path: place.path,
      kind,
      raw,
      object,
      restore: known.restore,
      template,
      isListed: place.isListed,
    };
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The group of an apiVersion: empty for the core group, undefined when there is none. */
function groupOf(apiVersion: unknown): string | undefined {
  if (typeof apiVersion !== 'string' || apiVersion === '') return undefined;
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

function isContainer(kind: string, group: string | undefined): boolean {
  if (kind === 'List') return group === '' || group === undefined;
  if (kind === 'Template')
    return group === undefined || group === '' || group === 'template.openshift.io';
  return LISTS.has(kind) && mayBeOwn(group);
}

function isOwn(kind: string, group: string | undefined): boolean {
  // Everything in the group is ours to judge, a misspelt kind as well.
  if (group === GROUP) return true;
  if (OWN_KINDS.has(kind))
    return mayBeOwn(group) || (kind.startsWith('ImageStream') && /openshift/.test(group ?? ''));
  return isMisspelt(kind) && mayBeOwn(group) && group !== undefined;
}

/** The group itself, the core group it had until OpenShift 3, or none at all. */
function mayBeOwn(group: string | undefined): boolean {
  return group === undefined || group === '' || group.startsWith('image.openshift');
}

const LOWER_KINDS = new Set([...OWN_KINDS].map((kind) => kind.toLowerCase()));

function isMisspelt(kind: string): boolean {
  return kind !== 'image' && LOWER_KINDS.has(kind.toLowerCase());
}
