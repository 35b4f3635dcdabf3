import { isJsonObject } from '@imagestream/core';
import {
  didYouMean,
  LintOptionsError,
  type LintOptions,
  resolveRules,
  type RuleSetting,
} from './settings.js';
import { PRESETS, type Preset } from './rule.js';

/** What a configuration file says. All of it is optional. */
export interface LintConfig {
  readonly preset?: Preset;
  readonly rules?: Readonly<Record<string, RuleSetting>>;
  /** Settings for some files; later ones come before earlier ones. Patterns are relative to the configuration. */
  readonly overrides?: readonly ConfigOverride[];
  /** Files and folders to leave out. */
  readonly ignore?: readonly string[];
  readonly parameters?: Readonly<Record<string, string>>;
  readonly namespace?: string;
  readonly allowedRegistries?: readonly {
    readonly domainName: string;
    readonly insecure?: boolean;
  }[];
}

/** Settings for the files some patterns match. */
export interface ConfigOverride {
  readonly files: readonly string[];
  readonly preset?: Preset;
  readonly rules?: Readonly<Record<string, RuleSetting>>;
}

const KEYS = [
  '$schema',
  'preset',
  'rules',
  'overrides',
  'ignore',
  'parameters',
  'namespace',
  'allowedRegistries',
];
const OVERRIDE_KEYS = ['files', 'preset', 'rules'];

/**
 * Reads a configuration from its parsed form. Throws a LintOptionsError that says what is wrong where: unknown keys and
 * rules, with the nearest known one; values of the wrong type.
 */
export function readConfig(value: unknown): LintConfig {
  if (value === null || value === undefined) return {};
  const config = readObject(value, 'the configuration', KEYS);
  const result: LintConfig = {
    ...readCommon(config, ''),
    ...optional(config, 'ignore', readTexts),
    ...optional(config, 'parameters', readParameters),
    ...optional(config, 'namespace', readText),
    ...optional(config, 'allowedRegistries', readRegistries),
    ...optional(config, 'overrides', readOverrides),
  };
  // Names and options of rules are checked where they are known.
  resolveRules(optionsOf(result));
  for (const override of result.overrides ?? [])
    resolveRules(optionsOf({ ...result, ...override }));
  return result;
}

/** The options a configuration gives for a file, given which patterns match it. */
export function optionsFor(config: LintConfig, matches: (pattern: string) => boolean): LintOptions {
  let { preset, rules } = config;
  for (const override of config.overrides ?? []) {
    if (!override.files.some(matches)) continue;
    preset = override.preset ?? preset;
    rules = { ...rules, ...override.rules };
  }
  return optionsOf({
    ...config,
    ...(preset === undefined ? {} : { preset }),
    ...(rules === undefined ? {} : { rules }),
  });
}

function optionsOf(config: LintConfig): LintOptions {
  const { preset, rules, parameters, namespace, allowedRegistries } = config;
  return {
    ...(preset === undefined ? {} : { preset }),
    ...(rules === undefined ? {} : { rules }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(allowedRegistries === undefined ? {} : { allowedRegistries }),
  };
}

function readCommon(
  value: Record<string, unknown>,
  where: string,
): { preset?: Preset; rules?: Record<string, RuleSetting> } {
  return {
    ...optional(value, 'preset', (preset) => readPreset(preset, where)),
    ...optional(value, 'rules', (rules) => readRules(rules, where)),
  };
}

function optional<K extends string, T>(
  value: Record<string, unknown>,
  key: K,
  read: (value: unknown, where: string) => T,
): { [P in K]?: T } {
  if (!Object.hasOwn(value, key) || value[key] === null) return {};
  const entry: { [P in string]?: T } = { [key]: read(value[key], key) };
  // The computed key is K, which the checker widens to string.
  return entry as { [P in K]?: T };
}

function fail(where: string, wanted: string): never {
  throw new LintOptionsError(`${where} must be ${wanted}`);
}

function readObject(
  value: unknown,
  where: string,
  keys?: readonly string[],
): Record<string, unknown> {
  if (!isJsonObject(value)) return fail(where, 'a mapping');
  for (const key of keys === undefined ? [] : Object.keys(value)) {
    if (keys?.includes(key) === false) {
      throw new LintOptionsError(
        `${where} has an unknown key ${JSON.stringify(key)}${didYouMean(key, keys)}`,
      );
    }
  }
  return value;
}

function readText(value: unknown, where: string): string {
  return typeof value === 'string' ? value : fail(where, 'a text');
}

function readTexts(value: unknown, where: string): string[] {
  if (!Array.isArray(value)) return fail(where, 'a list of texts');
  return value.map((item) => readText(item, `every entry of ${where}`));
}

function readPreset(value: unknown, where: string): Preset {
  const preset = PRESETS.find((candidate) => candidate === value);
  if (preset !== undefined) return preset;
  const hint = typeof value === 'string' ? didYouMean(value, PRESETS) : '';
  throw new LintOptionsError(`${where}preset must be one of ${PRESETS.join(', ')}${hint}`);
}

function readRules(value: unknown, where: string): Record<string, RuleSetting> {
  const rules = readObject(value, `${where}rules`);
  return Object.fromEntries(
    Object.entries(rules).map(([id, setting]) => [id, readRuleSetting(setting, id)]),
  );
}

const SEVERITIES = ['off', 'info', 'warning', 'error'] as const;

function readRuleSetting(value: unknown, id: string): RuleSetting {
  // YAML 1.1 reads a bare off as false.
  const word = value === false ? 'off' : value;
  const severity = SEVERITIES.find((candidate) => candidate === word);
  if (severity !== undefined) return severity;
  if (!Array.isArray(value))
    return fail(`rules.${id}`, 'off, info, warning, error, or a list of one of these and options');
  const entries: readonly unknown[] = value;
  const [first, options] = entries;
  const chosen = SEVERITIES.find((candidate) => candidate === (first === false ? 'off' : first));
  if (chosen === undefined)
    return fail(`rules.${id}`, 'a list that starts with off, info, warning or error');
  return [chosen, options === undefined ? {} : readObject(options, `the options of ${id}`)];
}

function readParameters(value: unknown, where: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(readObject(value, where)).map(([name, text]) => [
      name,
      typeof text === 'number' || typeof text === 'boolean'
        ? String(text)
        : readText(text, `${where}.${name}`),
    ]),
  );
}

function readRegistries(
  value: unknown,
  where: string,
): { domainName: string; insecure?: boolean }[] {
  if (!Array.isArray(value)) return fail(where, 'a list');
  return value.map((item) => {
    const entry = readObject(item, `every entry of ${where}`, ['domainName', 'insecure']);
    const { insecure } = entry;
    if (insecure !== undefined && typeof insecure !== 'boolean')
      return fail(`${where}.insecure`, 'true or false');
    const domainName = readText(entry['domainName'], `domainName of every entry of ${where}`);
    return { domainName, ...(insecure === undefined ? {} : { insecure }) };
  });
}

function readOverrides(value: unknown, where: string): ConfigOverride[] {
  if (!Array.isArray(value)) return fail(where, 'a list');
  return value.map((item, index) => {
    const place = `${where}[${index}]`;
    const entry = readObject(item, place, OVERRIDE_KEYS);
    return {
      files: readTexts(entry['files'], `${place}.files`),
      ...readCommon(entry, `${place}.`),
    };
  });
}
