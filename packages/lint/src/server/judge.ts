import { type FieldError, formatFieldErrorBody, isJsonObject } from '@imagestream/core';
import { checkConsistency, validate } from '@imagestream/validators';
import { isLegacyVersion } from '../legacy-version.js';
import { type Path, resolveField, valueAt } from '../path.js';
import { hasPlaceholder, isUnknown } from '../read/placeholders.js';
import { isDump } from '../read/dump.js';
import type { Manifest } from '../read/identify.js';
import type { JudgeSettings, Problem } from '../rule.js';
import { type TagView, viewTags } from '../tag-view.js';
import { findHint } from './hints.js';

/** A problem the validators found, with the id of their rule. */
export interface ServerProblem extends Problem {
  readonly rule: string;
}

const API_VERSION = 'image.openshift.io/v1';

/** Kinds that can be created; the others are judged as they stand. */
const CREATED = new Set([
  'Image',
  'ImageSignature',
  'ImageStream',
  'ImageStreamImport',
  'ImageStreamMapping',
  'ImageStreamTag',
  'ImageTag',
]);

/**
 * What the API server would say to the creation of an object, in its own words, and what the consistency check says to a
 * dump. What depends on a placeholder is left out.
 */
export function judgeAsServer(manifest: Manifest, settings: JudgeSettings): ServerProblem[] {
  const body = prepareBody(manifest, settings);
  const errors = [...validateAll(body, manifest.kind, settings), ...checkConsistency(body)];
  return errors
    .filter((error) => !isExcused(error, manifest, settings))
    .flatMap((error) => toProblems(error, manifest))
    .filter(({ path }) => !concernsPlaceholder(manifest, path));
}

/** The object as `oc` sends it: in the namespace of the request, and in the group the legacy version stands for. */
function prepareBody(manifest: Manifest, settings: JudgeSettings): Record<string, unknown> {
  const { object, kind } = manifest;
  const isLegacy = isLegacyVersion(object) && !settings.refusesLegacyVersion;
  const body: Record<string, unknown> = { ...object, kind };
  if (isLegacy) body['apiVersion'] = API_VERSION;
  const metadata = object['metadata'];
  const isClusterWide = kind === 'Image' || kind === 'ImageSignature';
  const members = metadata ?? {};
  if (!isClusterWide && isJsonObject(members)) {
    const given = members['namespace'];
    // The request says the namespace of an object that says none.
    const isOpen = given === undefined || given === null || given === '';
    if (isOpen) body['metadata'] = { ...members, namespace: settings.namespace ?? 'default' };
  }
  return body;
}

/**
 * The server stops at the first member it cannot decode. Here such members are taken out afterwards, so that one run shows
 * what is wrong with the rest as well.
 */
function validateAll(
  body: Record<string, unknown>,
  kind: string,
  settings: JudgeSettings,
): FieldError[] {
  const { allowedRegistries } = settings;
  const context = {
    operation: CREATED.has(kind) ? ('create' as const) : ('object' as const),
    mode: 'strict' as const,
    ...(allowedRegistries === undefined ? {} : { allowedRegistries, restrictsImports: true }),
  };
  const first = validate(body, context);
  const undecodable = first.filter(({ type }) => type === 'TypeInvalid');
  if (undecodable.length === 0) return first;
  const paths = undecodable.map(({ field }) => resolveField(body, field, 'index').path);
  if (paths.some((path) => path.length === 0 || path[0] === 'kind' || path[0] === 'apiVersion'))
    return first;
  const rest = validate(without(body, paths), context);
  const seen = new Set(first.map((error) => `${error.rule} ${error.field}`));
  return [
    ...first,
    ...rest
      .filter((error) => error.type !== 'TypeInvalid' && !seen.has(`${error.rule} ${error.field}`))
      .filter(({ field }) => !undecodable.some((bad) => isAbout(bad.field, field))),
  ];
}

/** Whether an error is about a member that was taken out: by its own name, or under the name of its tag. */
function isAbout(bad: string, field: string): boolean {
  if (field.startsWith(`${bad}.`)) return true;
  return field === bad || field.replace(/\[[^\]]*\]/, '[]') === bad.replace(/\[[^\]]*\]/, '[]');
}

function without(value: unknown, paths: readonly Path[]): unknown {
  if (paths.some((path) => path.length === 0)) return undefined;
  if (paths.length === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => without(item, tailsOf(paths, index)) ?? null);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]): [string, unknown] => [key, without(member, tailsOf(paths, key))])
      .filter(([, member]) => member !== undefined),
  );
}

function tailsOf(paths: readonly Path[], step: string | number): Path[] {
  return paths.filter((path) => path[0] === step).map((path) => path.slice(1));
}

/** What the server says although the file is right. */
function isExcused(error: FieldError, manifest: Manifest, settings: JudgeSettings): boolean {
  // A payload description has the shape of a stream; release tooling reads it, and no server.
  const isPayload = /(?:^|[\\/])image-references$/.test(settings.filename);
  if (isPayload && error.rule === 'meta-name-required') return true;
  // The consistency check says of tags that stand twice which one counts.
  if (error.rule === 'structure-duplicate' && /^(?:spec|status)\.tags\[/.test(error.field))
    return true;
  // What a server has printed exists already.
  if (error.rule === 'image-tag-spec-required' && isDump(manifest)) return true;
  // Which tags exist is unknown as long as one has an unknown name.
  if (error.rule === 'consistency-dangling') {
    return viewTags(manifest.kind, manifest.object).some(
      ({ name, raw }) => isUnknown(name ?? '') || (name === undefined && raw['name'] !== undefined),
    );
  }
  return false;
}

function toProblems(error: FieldError, manifest: Manifest): ServerProblem[] {
  const rule = error.rule ?? 'structure-type';
  if (error.field === '[]') return unwrap(error, rule, manifest);
  const byIndex = rule.startsWith('structure-') || rule === 'consistency-duplicate-tag';
  const { path, rest } = resolveField(manifest.object, error.field, byIndex ? 'index' : 'name');
  // A member that was left out because its value is unknown is not missing.
  if (rest !== '' && isPlaceholderAt(manifest, [...path, ...stepsOf(rest)])) return [];
  const field = manifest.restore(error.field);
  const message = manifest.restore(formatFieldErrorBody(error));
  const hint = findHint(error, { manifest, path, rest });
  return [
    {
      rule,
      path,
      message,
      field,
      ...(rule === 'structure-unknown-field' ? { at: 'key' as const } : {}),
      ...hint,
    },
  ];
}

function isPlaceholderAt(manifest: Manifest, path: Path): boolean {
  const raw = valueAt(manifest.raw, path);
  return typeof raw === 'string' && hasPlaceholder(raw);
}

/** The members a text such as `.from.name` leads through. */
function stepsOf(rest: string): string[] {
  return rest.split(/[.[\]]/).filter((step) => step !== '');
}

/** The server puts what is wrong with following tags into one error without a field; each part gets its own place here. */
function unwrap(error: FieldError, rule: string, manifest: Manifest): ServerProblem[] {
  const parts = viewTags(manifest.kind, manifest.object).flatMap((tag) => {
    const prefix = `spec.tags[${tag.name ?? ''}].from`;
    const start = error.detail.indexOf(`${prefix}.name: `);
    return start < 0 ? [] : [{ tag, start, field: `${prefix}.name` }];
  });
  if (parts.length === 0) {
    return [
      { rule, path: ['spec'], message: manifest.restore(formatFieldErrorBody(error)), field: '[]' },
    ];
  }
  const starts = parts.map(({ start }) => start);
  return parts.flatMap(({ tag, start, field }) => {
    const end = Math.min(...starts.filter((other) => other > start), error.detail.length);
    const message = error.detail.slice(start + field.length + 2, end).replace(/, $|\]$/, '');
    // A stream that exists may well have had the image.
    if (message.includes('error generating tag event') && isDump(manifest)) return [];
    return {
      rule,
      path: [...tag.path, 'from', isMisplacedNamespace(tag) ? 'namespace' : 'name'],
      message: manifest.restore(message),
      field,
    };
  });
}

/** A DockerImage is refused for its namespace, whatever its name. */
function isMisplacedNamespace({ from }: TagView): boolean {
  return from?.kind === 'DockerImage' && (from.namespace ?? '') !== '';
}

/** Whether the value at a path, as it is written, is or holds a placeholder, or a part of the path does. */
export function concernsPlaceholder(manifest: Manifest, path: Path): boolean {
  if (path.some((step) => typeof step === 'string' && isUnknown(step))) return true;
  const known = valueAt(manifest.object, path);
  if (typeof known === 'string') return isUnknown(known);
  const raw = valueAt(manifest.raw, path);
  if (typeof raw === 'string' && known === undefined) return hasPlaceholder(raw);
  return known === null && typeof raw === 'string';
}
