import type { FieldError } from '@imagestream/core';
import { tryParseImageReference } from '@imagestream/image-v1';
import { nearest } from '../nearest.js';
import { type Path, valueAt } from '../path.js';
import type { Manifest } from '../read/identify.js';
import type { Fix } from '../rule.js';
import { viewTags } from '../tag-view.js';

/** What an error is about. */
export interface HintSource {
  readonly manifest: Manifest;
  /** The part of the field that exists. */
  readonly path: Path;
  /** The part of the field that does not. */
  readonly rest: string;
}

/** What to add to a message of the server. */
export interface Hint {
  readonly suggestion?: string;
  readonly fix?: Fix;
  readonly path?: Path;
  readonly at?: 'key' | 'value';
}

/** What was probably meant by a value the server refuses, and the fix where nothing else can have been meant. */
export function findHint(error: FieldError, source: HintSource): Hint {
  switch (error.rule) {
    case 'structure-type':
      return textHint(error, source);
    case 'structure-unknown-field':
      return fieldHint(source);
    case 'structure-kind':
      return choiceHint(source, KINDS);
    case 'tag-from-kind':
      return fromKindHint(source);
    case 'import-mode':
      return choiceHint(source, ['Legacy', 'PreserveOriginal']);
    case 'tag-reference-policy':
      return choiceHint(source, ['Source', 'Local']);
    case 'import-kind':
      return choiceHint(source, ['DockerImage']);
    case 'reference-grammar':
    case 'reference-lowercase':
      return referenceHint(source);
    case 'meta-name':
    case 'meta-generate-name':
      return nameHint(source);
    case 'consistency-dangling':
      return tagHint(source);
    case 'tag-scheduled':
      return { fix: { type: 'remove', path: source.path } };
    case 'signature-labels':
    case 'signature-annotations':
      return { fix: { type: 'remove', path: source.path } };
    case 'meta-labels':
    case 'meta-annotations':
      return entryHint(error, source);
    default:
      return {};
  }
}

/** The server names the map; the entry at fault is the one with the value it prints. */
function entryHint(error: FieldError, { manifest, path, rest }: HintSource): Hint {
  const map = valueAt(manifest.object, path);
  if (rest !== '' || typeof map !== 'object' || map === null) return {};
  const entry = Object.entries(map).find(
    ([key, value]) => key === error.badValue || value === error.badValue,
  );
  if (entry === undefined) return {};
  const [key] = entry;
  return { path: [...path, key], at: key === error.badValue ? 'key' : 'value' };
}

const KINDS = [
  'Image',
  'ImageSignature',
  'ImageStream',
  'ImageStreamImport',
  'ImageStreamMapping',
  'ImageStreamTag',
  'ImageTag',
];

const FROM_KINDS = ['DockerImage', 'ImageStreamTag', 'ImageStreamImage'];

/** A number or a boolean where a text belongs: `name: 3.10` without quotes. */
function textHint(error: FieldError, { manifest, path }: HintSource): Hint {
  if (error.detail !== 'must be a text') return {};
  const type = typeof error.badValue;
  if (type !== 'number' && type !== 'boolean') return {};
  if (valueAt(manifest.raw, path) !== error.badValue) return {};
  return { fix: { type: 'quote', path }, suggestion: 'the same in quotes' };
}

/** Fields people write, or misplace, with the place they belong to. */
const FIELDS = [
  'apiVersion',
  'kind',
  'metadata',
  'spec',
  'status',
  'tags',
  'lookupPolicy',
  'local',
  'dockerImageRepository',
  'publicDockerImageRepository',
  'name',
  'namespace',
  'from',
  'annotations',
  'labels',
  'reference',
  'generation',
  'importPolicy',
  'referencePolicy',
  'insecure',
  'scheduled',
  'importMode',
  'type',
  'images',
  'repository',
  'import',
  'to',
  'includeManifest',
  'image',
  'tag',
  'dockerImageReference',
  'dockerImageMetadata',
  'dockerImageLayers',
];

const METADATA_FIELDS = new Set(['name', 'namespace', 'labels', 'annotations', 'generateName']);

const POLICY_FIELDS: ReadonlyMap<string, string> = new Map([
  ['scheduled', 'importPolicy.scheduled'],
  ['insecure', 'importPolicy.insecure'],
  ['importMode', 'importPolicy.importMode'],
]);

function fieldHint({ manifest, path }: HintSource): Hint {
  const key = path.at(-1);
  if (typeof key !== 'string') return {};
  if (path.length === 1 && METADATA_FIELDS.has(key)) return { suggestion: `metadata.${key}` };
  const parent = valueAt(manifest.object, path.slice(0, -1));
  const siblings = typeof parent === 'object' && parent !== null ? Object.keys(parent) : [];
  const moved = POLICY_FIELDS.get(key);
  if (moved !== undefined && !siblings.includes('importMode')) return { suggestion: moved };
  const meant = nearest(
    key,
    FIELDS.filter((field) => !siblings.includes(field)),
  );
  if (meant === undefined) return {};
  // Only the case of the letters differs: nothing else can have been meant.
  if (meant.toLowerCase() === key.toLowerCase())
    return { suggestion: meant, fix: { type: 'rename', path, key: meant } };
  return { suggestion: meant };
}

function choiceHint({ manifest, path, rest }: HintSource, choices: readonly string[]): Hint {
  const value = valueAt(manifest.object, path);
  if (rest !== '' || typeof value !== 'string') return {};
  const meant = nearest(value, choices);
  if (meant === undefined) return {};
  if (meant.toLowerCase() !== value.toLowerCase()) return { suggestion: meant };
  return { suggestion: meant, fix: { type: 'replace', path, text: meant } };
}

/** `Kind: DockerImage`: the key is there, in the wrong case. */
function fromKindHint(source: HintSource): Hint {
  const { manifest, path, rest } = source;
  if (rest === '') return choiceHint(source, FROM_KINDS);
  const from = valueAt(manifest.object, path);
  if (typeof from !== 'object' || from === null) return {};
  const key = Object.keys(from).find((candidate) => candidate.toLowerCase() === 'kind');
  if (key === undefined) return {};
  return { path: [...path, key], at: 'key', suggestion: 'kind' };
}

/** Blanks around it, a scheme in front of it, capitals in it. */
function referenceHint({ manifest, path, rest }: HintSource): Hint {
  const value = valueAt(manifest.object, path);
  if (rest !== '' || typeof value !== 'string') return {};
  const meant = value.trim().replace(/^(?:https?|docker|oci):\/\//, '');
  if (meant !== value && isReference(meant))
    return { suggestion: meant, fix: { type: 'replace', path, text: meant } };
  const lower = lowerCaseRepository(meant);
  return lower !== value && isReference(lower) ? { suggestion: lower } : {};
}

function lowerCaseRepository(text: string): string {
  const slash = text.lastIndexOf('/');
  const colon = text.indexOf(':', slash + 1);
  return colon < 0 ? text.toLowerCase() : text.slice(0, colon).toLowerCase() + text.slice(colon);
}

function isReference(text: string): boolean {
  return tryParseImageReference(text).type === 'reference';
}

function nameHint({ manifest, path, rest }: HintSource): Hint {
  const value = valueAt(manifest.object, path);
  if (rest !== '' || typeof value !== 'string') return {};
  const meant = value
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, (run) =>
      run.charAt(0) === '.' ? '.' : run.charAt(0) === '_' ? '_' : '-',
    )
    .replace(/^[._-]+|[._-]+$/g, '');
  return meant === '' || meant === value ? {} : { suggestion: meant };
}

function tagHint({ manifest, path }: HintSource): Hint {
  const value = valueAt(manifest.object, path);
  if (typeof value !== 'string') return {};
  const wanted = value.slice(value.indexOf(':') + 1);
  const names = viewTags('ImageStream', manifest.object).flatMap(({ name }) =>
    name === undefined ? [] : [name],
  );
  const meant = nearest(wanted, names);
  return meant === undefined
    ? {}
    : { suggestion: value.slice(0, value.length - wanted.length) + meant };
}
