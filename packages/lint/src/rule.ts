import type { Manifest } from './read/identify.js';
import type { Path } from './path.js';
import type { StreamIndex } from './stream-index.js';
import type { TagView } from './tag-view.js';

/** How bad a finding is. `error`: will be refused or will not work; `warning`: works, but hardly as meant. */
export type Severity = 'error' | 'warning' | 'info';

/** A named set of rules with their severities. */
export type Preset = 'server' | 'recommended' | 'strict' | 'gitops' | 'catalog';

/** All presets, in the order documents list them. */
export const PRESETS: readonly Preset[] = ['server', 'recommended', 'strict', 'gitops', 'catalog'];

/** A change that mends a finding. Paths lead from the object the rule judges. */
export type Fix =
  /** Puts another text in the place of a value, quoted as the old one was. */
  | { readonly type: 'replace'; readonly path: Path; readonly text: string }
  /** Puts the text of a plain scalar into quotes, so that it is read as it is written. */
  | { readonly type: 'quote'; readonly path: Path }
  /** Gives a key another name. */
  | { readonly type: 'rename'; readonly path: Path; readonly key: string }
  /** Takes a key and its value away. */
  | { readonly type: 'remove'; readonly path: Path };

/** What a rule reports: a place in the object, and words. */
export interface Problem {
  readonly path: Path;
  /** Whether the key or the value is at fault. By default the value, or the key when the value is a map or a list. */
  readonly at?: 'key' | 'value';
  readonly message: string;
  /** What was probably meant: completes the question "did you mean …?". */
  readonly suggestion?: string;
  readonly fix?: Fix;
  /** The field text to print when it is not the one of the path. */
  readonly field?: string;
}

/** What a rule knows when it judges one object. Nothing here may be changed. */
export interface RuleContext {
  /** The object with parameters put in and placeholders replaced, see `isUnknown`. Of any shape. */
  readonly object: Readonly<Record<string, unknown>>;
  readonly kind: string;
  readonly manifest: Manifest;
  /** The tags and images of the object that refer to something: spec tags, the tag of an ImageStreamTag, imported images. */
  readonly tags: readonly TagView[];
  /** The streams of the same file. */
  readonly streams: StreamIndex;
  /** The rule's options, defaults filled in. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly settings: JudgeSettings;
  readonly report: (problem: Problem) => void;
}

/** What the caller knows about where the objects will go. */
export interface JudgeSettings {
  /** The namespace of objects that name none. */
  readonly namespace?: string | undefined;
  readonly allowedRegistries?:
    readonly { readonly domainName: string; readonly insecure?: boolean }[] | undefined;
  /** The name of the file, as given. */
  readonly filename: string;
  /** Whether the version of OpenShift 3 is judged as the API does, which refuses it, and not as `oc` does. */
  readonly refusesLegacyVersion: boolean;
}

/** An option of a rule. */
export interface RuleOption {
  readonly type: 'string' | 'number' | 'boolean' | 'strings';
  readonly default: unknown;
  readonly description: string;
}

/** A file that shows a rule at work. The tests run it. */
export interface RuleExample {
  readonly text: string;
  /** `line:column` of every finding of the rule; none for a good example. */
  readonly at?: readonly string[];
  readonly filename?: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What documents, reports and editors say about a rule. */
export interface RuleMeta {
  /** Lower case words with dashes. */
  readonly id: string;
  /** What the rule finds, in one sentence. */
  readonly summary: string;
  /** Why that matters, and what to do instead. Markdown. */
  readonly why: string;
  /** The kinds it judges; all of them when absent. */
  readonly kinds?: readonly string[];
  /** The severity in each preset that has the rule. */
  readonly severity: Readonly<Partial<Record<Preset, Severity>>>;
  /** Whether findings carry a fix; `--fix` applies it. */
  readonly fixable?: boolean;
  /** What it judges: objects of the image API (the default), or the Templates around them. */
  readonly scope?: 'object' | 'template';
  /** A message it gives, for rules without examples of their own. */
  readonly message?: string;
  /** Whether it is about placeholders. What other rules say about values with a placeholder in them is dropped. */
  readonly judgesPlaceholders?: boolean;
  readonly options?: Readonly<Record<string, RuleOption>>;
  readonly examples: {
    readonly bad: readonly RuleExample[];
    readonly good: readonly RuleExample[];
  };
}

/** A rule: what it is, and the function that judges one object. */
export interface Rule extends RuleMeta {
  /** Absent for what the linter itself finds while it reads a file. */
  readonly check?: (context: RuleContext) => void;
}

/** A rule whose definition is inconsistent. */
export class RuleDefinitionError extends Error {
  override readonly name = 'RuleDefinitionError';
}

/**
 * Makes a rule of one's own; pass it to `lint` as `extraRules`. Throws a RuleDefinitionError when the id is not of the
 * form `my-rule` or nothing shows the rule at work.
 *
 * @example
 * const ownerLabel = defineRule({
 *   id: 'owner-label',
 *   summary: 'A stream says who owns it.',
 *   why: 'Nobody dares to delete a stream without owner.',
 *   kinds: ['ImageStream'],
 *   severity: { recommended: 'warning' },
 *   examples: { bad: [{ text: '{}' }], good: [] },
 *   check({ object, report }) {
 *     if (valueAt(object, ['metadata', 'labels', 'owner']) === undefined)
 *       report({ path: ['metadata'], message: 'has no label "owner"' });
 *   },
 * });
 */
export function defineRule(rule: Rule): Rule {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(rule.id)) {
    throw new RuleDefinitionError(
      `rule id ${JSON.stringify(rule.id)} is not words of lower case joined by dashes`,
    );
  }
  if (rule.examples.bad.length === 0) {
    throw new RuleDefinitionError(`rule ${rule.id} has no example of what it finds`);
  }
  return Object.freeze(rule);
}
