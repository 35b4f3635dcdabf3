import { nearest } from './nearest.js';
import type { Preset, Rule, Severity } from './rule.js';
import { PRESETS } from './rule.js';
import { BUILT_IN_RULES } from './rules/built-in-rules.js';

/** What a user sets a rule to: a severity, or off; with the rule's options if it has any. */
export type RuleSetting =
  Severity | 'off' | readonly [Severity | 'off', Readonly<Record<string, unknown>>];

/** What the linter may be told. Everything is optional. */
export interface LintOptions {
  /** The file's name; it stands in findings, and release payload descriptions are known by it. */
  readonly filename?: string;
  /** `recommended` unless given. */
  readonly preset?: Preset;
  /** Settings of single rules, by id; they come before the preset. */
  readonly rules?: Readonly<Record<string, RuleSetting>>;
  /** Values for parameters of Templates; they come before the defaults there. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** The namespace of objects that name none. */
  readonly namespace?: string;
  /** The registries images may come from. Absent: all of them. */
  readonly allowedRegistries?: readonly {
    readonly domainName: string;
    readonly insecure?: boolean;
  }[];
  /** Rules of one's own, made with `defineRule`. */
  readonly extraRules?: readonly Rule[];
}

/** A rule that is switched on. */
export interface ActiveRule {
  readonly rule: Rule;
  readonly severity: Severity;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Options that make no sense: a program's or a configuration's fault, not the linted file's. */
export class LintOptionsError extends Error {
  override readonly name = 'LintOptionsError';
}

/** All rules by id: the ones that come with the linter, and the user's own. Throws a LintOptionsError for an id twice. */
export function collectRules(extraRules: readonly Rule[] = []): ReadonlyMap<string, Rule> {
  const rules = new Map(BUILT_IN_RULES.map((rule) => [rule.id, rule]));
  for (const rule of extraRules) {
    if (rules.has(rule.id)) throw new LintOptionsError(`rule ${rule.id} is defined twice`);
    rules.set(rule.id, rule);
  }
  return rules;
}

/** The rules that are on, with severity and options. Throws a LintOptionsError for what it does not know. */
export function resolveRules(options: LintOptions): ReadonlyMap<string, ActiveRule> {
  const rules = collectRules(options.extraRules);
  const preset = options.preset ?? 'recommended';
  if (!PRESETS.includes(preset)) {
    throw new LintOptionsError(
      `there is no preset ${JSON.stringify(preset)}${didYouMean(preset, PRESETS)}`,
    );
  }
  const settings = options.rules ?? {};
  for (const id of Object.keys(settings)) {
    if (!rules.has(id)) {
      throw new LintOptionsError(
        `there is no rule ${JSON.stringify(id)}${didYouMean(id, rules.keys())}`,
      );
    }
  }
  const active = new Map<string, ActiveRule>();
  for (const rule of rules.values()) {
    const setting = Object.hasOwn(settings, rule.id) ? settings[rule.id] : undefined;
    const [severity, given] = readSetting(rule, setting ?? rule.severity[preset] ?? 'off');
    if (severity !== 'off')
      active.set(rule.id, { rule, severity, options: readOptions(rule, given) });
  }
  return active;
}

function readSetting(
  rule: Rule,
  setting: RuleSetting,
): [Severity | 'off', Readonly<Record<string, unknown>>] {
  const [severity, options] = typeof setting === 'string' ? [setting, {}] : setting;
  if (!['off', 'info', 'warning', 'error'].includes(severity)) {
    const choices = 'one of off, info, warning, error';
    throw new LintOptionsError(
      `rule ${rule.id} is set to ${JSON.stringify(severity)}; it must be ${choices}`,
    );
  }
  return [severity, options];
}

function readOptions(
  rule: Rule,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const known = rule.options ?? {};
  for (const [name, value] of Object.entries(given)) {
    const option = Object.hasOwn(known, name) ? known[name] : undefined;
    if (option === undefined) {
      const hint = didYouMean(name, Object.keys(known));
      throw new LintOptionsError(`rule ${rule.id} has no option ${JSON.stringify(name)}${hint}`);
    }
    const fits =
      option.type === 'strings'
        ? Array.isArray(value) && value.every((item) => typeof item === 'string')
        : typeof value === option.type;
    if (!fits)
      throw new LintOptionsError(
        `option ${name} of rule ${rule.id} must be of type ${option.type}`,
      );
  }
  const defaults = Object.entries(known).map(([name, option]): [string, unknown] => [
    name,
    option.default,
  ]);
  return { ...Object.fromEntries(defaults), ...given };
}

/** `; did you mean "x"?`, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`;
}
