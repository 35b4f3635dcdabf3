import { compareFindings, type Finding } from './finding.js';
import { planEdits } from './fix/plan-edits.js';
import { formatPath } from './path.js';
import { identify, type Manifest, type TemplateContext } from './read/identify.js';
import { LineIndex } from './read/line-index.js';
import { spanOf } from './read/positions.js';
import { readDocuments, type ReadDocument, type SourceDocument } from './read/read-documents.js';
import { concernsPlaceholder, judgeAsServer } from './server/judge.js';
import type { Fix, JudgeSettings, Problem, Rule } from './rule.js';
import { type ActiveRule, type LintOptions, resolveRules } from './settings.js';
import { SyntaxProblem } from './read/syntax-error.js';
import { StreamIndex } from './stream-index.js';
import { findSuppressions, mentionsSuppression, suppress } from './suppress.js';
import { judgeSuppressions } from './suppress-findings.js';
import { nameOfObject, viewTags } from './tag-view.js';

/** Something in a file that was not checked, and why. */
export interface Skip {
  /**
   * `otherKind`: an object of another API; `templateSource`: Helm, Jinja or Go template that is YAML only once rendered;
   * `unreadable`: neither YAML nor JSON, and nothing in it looks like an image stream; `empty`: nothing but comments.
   */
  readonly reason: 'otherKind' | 'templateSource' | 'unreadable' | 'empty';
  /** The kind of the object, the template language, or what is wrong with the text. */
  readonly detail: string;
  readonly line: number;
}

/** What linting a text gives. */
export interface LintResult {
  /** In the order of their places. */
  readonly findings: readonly Finding[];
  /** What comments and annotations excuse. */
  readonly suppressed: readonly Finding[];
  /** How many objects of each kind were checked. */
  readonly checked: Readonly<Record<string, number>>;
  readonly skipped: readonly Skip[];
}

/** A linter whose options are worked out once, for many texts. */
export interface Linter {
  readonly lint: (text: string, filename?: string) => LintResult;
  /** The rules that are on. */
  readonly rules: ReadonlyMap<string, ActiveRule>;
}

/**
 * Lints one YAML or JSON text. Never throws on a text; throws a LintOptionsError for options that make no sense.
 *
 * @example
 * lint('kind: ImageStream\napiVersion: v1\nmetadata: { name: app }').findings[0]?.rule; // 'api-legacy-version'
 */
export function lint(text: string, options: LintOptions = {}): LintResult {
  return createLinter(options).lint(text, options.filename);
}

/** Makes a linter. Throws a LintOptionsError for options that make no sense. */
export function createLinter(options: LintOptions = {}): Linter {
  const rules = resolveRules(options);
  const parameters = new Map(Object.entries(options.parameters ?? {}));
  const rulesFor = selectByKind(rules);
  return {
    rules,
    lint: (text, filename = options.filename ?? '<text>') =>
      new LintRun(text, { filename, rules, rulesFor, parameters, options }).run(),
  };
}

/** Picks the rules of a kind, once for each. */
function selectByKind(rules: ReadonlyMap<string, ActiveRule>): RunContext['rulesFor'] {
  const known = new Map<string, readonly ActiveRule[]>();
  return (scope, kind) => {
    const key = `${scope} ${kind}`;
    const found =
      known.get(key) ??
      [...rules.values()].filter(
        ({ rule }) =>
          rule.check !== undefined &&
          (rule.scope ?? 'object') === scope &&
          (rule.kinds === undefined || rule.kinds.includes(kind)),
      );
    known.set(key, found);
    return found;
  };
}

/** Only a text that says one of these can hold an object of the image API. */
const MENTIONS = /ImageStream|image\.openshift\.io|kind["']?\s*:\s*["']?(?:Image|imagestream)/;

const KIND_LINE = /^[ \t]*["']?kind["']?[ \t]*:[ \t]*["']?([A-Za-z]+)/m;

interface RunContext {
  readonly filename: string;
  readonly rules: ReadonlyMap<string, ActiveRule>;
  /** The rules that judge a kind. */
  readonly rulesFor: (scope: 'object' | 'template', kind: string) => readonly ActiveRule[];
  readonly parameters: ReadonlyMap<string, string>;
  readonly options: LintOptions;
}

class LintRun {
  readonly #text: string;
  readonly #context: RunContext;
  readonly #findings: Finding[] = [];
  readonly #skipped: Skip[] = [];
  readonly #manifests: Manifest[] = [];
  readonly #templates: Manifest[] = [];
  #lines: LineIndex | undefined;

  constructor(text: string, context: RunContext) {
    // A byte order mark is no part of the first line.
    this.#text = text.startsWith('\uFEFF') ? text.slice(1) : text;
    this.#context = context;
  }

  run(): LintResult {
    if (!MENTIONS.test(this.#text)) return this.#skipWhole();
    try {
      this.#judgeAll();
    } catch (error) {
      // Nesting that uses up the stack, or that the reader of places refuses, is nothing `oc` would take either.
      if (!(error instanceof RangeError) && !(error instanceof SyntaxProblem)) throw error;
      this.#add('syntax-error', { start: 0, end: 1 }, { message: 'nested too deeply', field: '' });
    }
    return this.#finish();
  }

  #judgeAll(): void {
    for (const document of readDocuments(this.#text)) this.#take(document);
    const settings = this.#settings();
    const streams = new StreamIndex(this.#manifests);
    for (const manifest of this.#manifests) this.#judge(manifest, streams, settings);
    for (const template of this.#templates)
      this.#applyRules(template, 'template', streams, settings);
  }

  get #lineIndex(): LineIndex {
    return (this.#lines ??= new LineIndex(this.#text));
  }

  /** Without parsing: what the file says its kinds are. */
  #skipWhole(): LintResult {
    for (const part of this.#text.split(/^---(?=[ \t\r\n]|$)/m)) {
      const kind = KIND_LINE.exec(part)?.[1];
      if (kind !== undefined) this.#skipped.push({ reason: 'otherKind', detail: kind, line: 1 });
      else if (/^[ \t]*[^#\s%-]/m.test(part))
        this.#skipped.push({ reason: 'otherKind', detail: '', line: 1 });
    }
    if (this.#skipped.length === 0) this.#skipped.push({ reason: 'empty', detail: '', line: 1 });
    return { findings: [], suppressed: [], checked: {}, skipped: this.#skipped };
  }

  #take(document: ReadDocument): void {
    switch (document.type) {
      case 'document':
        return this.#takeDocument(document);
      case 'empty':
        return;
      case 'template':
        return this.#takeTemplateSource(document);
      case 'broken':
        return this.#takeBroken(document);
    }
  }

  #takeDocument(document: SourceDocument): void {
    const { manifests, others, templates } = identify(document, this.#context.parameters);
    this.#manifests.push(...manifests);
    for (const { kind, path } of others) {
      // Of a list of other things, the list is what was skipped.
      if (path.length > 0 && manifests.length === 0 && templates.length === 0) continue;
      this.#skipped.push({ reason: 'otherKind', detail: kind, line: this.#lineOf(document) });
    }
    if (others.length === 0 && manifests.length === 0) {
      const [first] = templates;
      const detail = first === undefined ? 'List' : 'Template';
      this.#skipped.push({ reason: 'otherKind', detail, line: this.#lineOf(document) });
    }
    if (manifests.length === 0) return;
    this.#reportRepeatedKeys(document);
    for (const template of templates) {
      if (manifests.some((manifest) => manifest.template === template))
        this.#templates.push(asManifest(template, document));
    }
  }

  #lineOf(document: SourceDocument): number {
    return this.#lineIndex.position(document.start).line;
  }

  #takeTemplateSource(document: Extract<ReadDocument, { type: 'template' }>): void {
    const { engine, offset, length } = document.expression;
    this.#skipped.push({
      reason: 'templateSource',
      detail: engine,
      line: this.#lineIndex.position(offset).line,
    });
    if (!MENTIONS.test(document.text)) return;
    const message = `${engine} source, which is YAML only once it is rendered: nothing in this document was checked`;
    this.#add('template-source', { start: offset, end: offset + length }, { message, field: '' });
  }

  #takeBroken(document: Extract<ReadDocument, { type: 'broken' }>): void {
    const { message, offset, text } = document;
    // What has neither mentions the image API without being a manifest: settings of an editor, say.
    if (!MENTIONS.test(text) || !/(?:apiVersion|metadata)["']?[ \t]*:/.test(text)) {
      this.#skipped.push({
        reason: 'unreadable',
        detail: message,
        line: this.#lineIndex.position(offset).line,
      });
      return;
    }
    // A fault at the end of a document is shown at the last thing that stands there.
    const last = document.start + text.trimEnd().length - 1;
    const start = Math.max(document.start, Math.min(offset, last));
    this.#add('syntax-error', { start, end: start + 1 }, { message, field: '' });
  }

  #reportRepeatedKeys(document: SourceDocument): void {
    if (!this.#context.rules.has('duplicate-key')) return;
    for (const { key, offset, length } of document.repeatedKeys()) {
      const message = `the key ${JSON.stringify(key)} stands twice in this mapping; only this last value counts`;
      this.#add('duplicate-key', { start: offset, end: offset + length }, { message, field: '' });
    }
  }

  #settings(): JudgeSettings {
    const { filename, rules, options } = this.#context;
    return {
      filename,
      namespace: options.namespace,
      allowedRegistries: options.allowedRegistries,
      refusesLegacyVersion: options.preset === 'server' && !rules.has('api-legacy-version'),
    };
  }

  #judge(manifest: Manifest, streams: StreamIndex, settings: JudgeSettings): void {
    for (const problem of judgeAsServer(manifest, settings))
      this.#report(problem.rule, manifest, problem);
    this.#applyRules(manifest, 'object', streams, settings);
  }

  #applyRules(
    manifest: Manifest,
    scope: 'object' | 'template',
    streams: StreamIndex,
    settings: JudgeSettings,
  ): void {
    const { kind, object } = manifest;
    const rules = this.#context.rulesFor(scope, kind);
    let rule: Rule | undefined;
    const report = (problem: Problem): void => {
      if (rule === undefined) return;
      const isJudgeable =
        rule.judgesPlaceholders === true || !concernsPlaceholder(manifest, problem.path);
      if (isJudgeable) this.#report(rule.id, manifest, problem);
    };
    const tags = viewTags(kind, object);
    const shared = { object, kind, manifest, tags, streams, options: {}, settings, report };
    for (const active of rules) {
      rule = active.rule;
      // Nearly all rules have no options and share one context.
      const context = rule.options === undefined ? shared : { ...shared, options: active.options };
      rule.check?.(context);
    }
  }

  #report(rule: string, manifest: Manifest, problem: Problem): void {
    if (!this.#context.rules.has(rule)) return;
    const root = manifest.document.locate();
    const span = spanOf(root, [...manifest.path, ...problem.path], problem.at);
    const edits = problem.fix === undefined ? undefined : this.#planFix(manifest, problem.fix);
    this.#add(rule, span, {
      message: manifest.restore(problem.message),
      field: problem.field ?? manifest.restore(formatPath(manifest.object, problem.path)),
      object: { kind: manifest.kind, name: manifest.restore(nameOfObject(manifest.object)) },
      ...(problem.suggestion === undefined
        ? {}
        : { suggestion: manifest.restore(problem.suggestion) }),
      ...(edits === undefined ? {} : { edits }),
    });
  }

  #planFix(manifest: Manifest, fix: Fix): Finding['edits'] {
    const { document, path } = manifest;
    const source = { text: this.#text, root: document.locate(), format: document.format };
    return planEdits({ ...fix, path: [...path, ...fix.path] }, source);
  }

  #add(
    rule: string,
    span: { readonly start: number; readonly end: number },
    rest: Pick<Finding, 'message' | 'field'> &
      Partial<Pick<Finding, 'suggestion' | 'object' | 'edits'>>,
  ): void {
    const active = this.#context.rules.get(rule);
    if (active === undefined) return;
    const { start, end } = this.#lineIndex.range(span.start, span.end);
    this.#findings.push({
      rule,
      severity: active.severity,
      file: this.#context.filename,
      line: start.line,
      column: start.column,
      endLine: end.line,
      endColumn: end.column,
      fixable: rest.edits !== undefined,
      ...rest,
    });
  }

  #finish(): LintResult {
    const own = distinct(this.#findings);
    if (!mentionsSuppression(this.#text)) return this.#result(own, []);
    const suppressions = findSuppressions(this.#lineIndex, this.#manifests);
    const { findings, suppressed, unused } = suppress(own, suppressions);
    this.#findings.length = 0;
    for (const { span, rule, message } of judgeSuppressions(
      suppressions,
      unused,
      this.#context.rules,
    )) {
      this.#add(rule, span, { message, field: '' });
    }
    return this.#result([...findings, ...this.#findings], suppressed);
  }

  #result(findings: readonly Finding[], suppressed: readonly Finding[]): LintResult {
    return {
      findings: findings.toSorted(compareFindings),
      suppressed,
      checked: countKinds(this.#manifests),
      skipped: this.#skipped,
    };
  }
}

/** A Template as something rules can judge: nothing put in, since it is about the parameters themselves. */
function asManifest(template: TemplateContext, document: SourceDocument): Manifest {
  const { path, raw } = template;
  const restore = (text: string): string => text;
  return { document, path, kind: 'Template', raw, object: raw, restore, template, isListed: false };
}

/** What stands in an anchor is judged at each place that uses it, and told once. */
function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const { rule, line, column, field, message } = finding;
    // The field counts only where the place does not: errors about one list of owners share a key.
    const key = `${rule} ${line} ${column} ${message} ${field.replace(/\[[^\]]*\]/g, '')}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function countKinds(manifests: readonly Manifest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of manifests) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
