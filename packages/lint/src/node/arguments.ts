import { parseArgs } from 'node:util';
import { PRESETS, type Preset } from '../rule.js';
import { FORMATS, type Format } from '../report/reporter.js';
import { didYouMean, type RuleSetting } from '../settings.js';
import { UsageError } from './usage-error.js';

/** The command line, read. */
export interface Arguments {
  readonly paths: readonly string[];
  readonly format: Format;
  readonly preset: Preset | undefined;
  readonly rules: Readonly<Record<string, RuleSetting>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly namespace: string | undefined;
  /** A file, or false for none at all; undefined to look for one. */
  readonly config: string | false | undefined;
  readonly fix: 'no' | 'write' | 'show';
  readonly baseline: string | undefined;
  readonly writeBaseline: string | undefined;
  readonly maxWarnings: number | undefined;
  readonly quiet: boolean;
  readonly failsOnSkips: boolean;
  readonly respectsGitignore: boolean;
  readonly color: boolean | undefined;
  readonly jobs: number | undefined;
  readonly stdinFilename: string;
  readonly output: string | undefined;
  readonly explain: string | undefined;
  readonly action: 'lint' | 'explain' | 'listRules' | 'languageServer' | 'help' | 'version';
}

const OPTIONS = {
  format: { type: 'string', short: 'f' },
  preset: { type: 'string', short: 'p' },
  rule: { type: 'string', multiple: true },
  param: { type: 'string', multiple: true },
  namespace: { type: 'string', short: 'n' },
  config: { type: 'string', short: 'c' },
  'no-config': { type: 'boolean' },
  fix: { type: 'boolean' },
  'fix-dry-run': { type: 'boolean' },
  baseline: { type: 'string' },
  'write-baseline': { type: 'string' },
  'max-warnings': { type: 'string' },
  quiet: { type: 'boolean', short: 'q' },
  'no-skip': { type: 'boolean' },
  'no-gitignore': { type: 'boolean' },
  color: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  jobs: { type: 'string', short: 'j' },
  'stdin-filename': { type: 'string' },
  output: { type: 'string', short: 'o' },
  explain: { type: 'string' },
  'list-rules': { type: 'boolean' },
  lsp: { type: 'boolean' },
  stdio: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const;

/** Reads a command line. Throws a UsageError that names the nearest option or value. */
export function parseArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  if (values.fix === true && values['fix-dry-run'] === true) {
    throw new UsageError('--fix writes and --fix-dry-run does not: choose one');
  }
  return {
    paths: positionals,
    format: choice(values.format ?? 'pretty', FORMATS, '--format'),
    preset: values.preset === undefined ? undefined : choice(values.preset, PRESETS, '--preset'),
    rules: Object.fromEntries((values.rule ?? []).map(parseRule)),
    parameters: Object.fromEntries(
      (values.param ?? []).map((text) => parsePair(text, '--param', 'NAME=value')),
    ),
    namespace: values.namespace,
    config: values['no-config'] === true ? false : values.config,
    fix: values.fix === true ? 'write' : values['fix-dry-run'] === true ? 'show' : 'no',
    baseline: values.baseline,
    writeBaseline: values['write-baseline'],
    maxWarnings: parseCount(values['max-warnings'], '--max-warnings', 0),
    quiet: values.quiet === true,
    failsOnSkips: values['no-skip'] === true,
    respectsGitignore: values['no-gitignore'] !== true,
    color: values['no-color'] === true ? false : values.color,
    jobs: parseCount(values.jobs, '--jobs', 1),
    stdinFilename: values['stdin-filename'] ?? '<stdin>',
    output: values.output,
    explain: values.explain,
    action: actionOf(values),
  };
}

function parse(
  args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const unknown = /Unknown option '--?([\w-]+)'/.exec(error.message)?.[1];
    if (unknown === undefined) throw new UsageError(error.message);
    throw new UsageError(
      `there is no option --${unknown}${didYouMean(
        `--${unknown}`,
        Object.keys(OPTIONS).map((name) => `--${name}`),
      )}`,
    );
  }
}

function actionOf(values: {
  help?: boolean;
  version?: boolean;
  explain?: string;
  'list-rules'?: boolean;
  lsp?: boolean;
}): Arguments['action'] {
  if (values.help === true) return 'help';
  if (values.version === true) return 'version';
  if (values.explain !== undefined) return 'explain';
  if (values['list-rules'] === true) return 'listRules';
  return values.lsp === true ? 'languageServer' : 'lint';
}

function choice<T extends string>(value: string, choices: readonly T[], option: string): T {
  const found = choices.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  const hint = didYouMean(value, choices);
  throw new UsageError(
    `${option} must be one of ${choices.join(', ')}, not ${JSON.stringify(value)}${hint}`,
  );
}

function parsePair(text: string, option: string, form: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1)
    throw new UsageError(`${option} must be of the form ${form}, not ${JSON.stringify(text)}`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function parseRule(text: string): [string, RuleSetting] {
  const [id, severity] = parsePair(text, '--rule', 'id=off|info|warning|error');
  const choices = ['off', 'info', 'warning', 'error'] as const;
  return [id, choice(severity, choices, `--rule ${id}`)];
}

function parseCount(text: string | undefined, option: string, least: number): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text) || Number(text) < least) {
    throw new UsageError(
      `${option} must be a whole number from ${least} on, not ${JSON.stringify(text)}`,
    );
  }
  return Number(text);
}

/** What `--help` prints. */
export const HELP: string = `imagestream-lint [paths, globs, or - for standard input]

Finds what is wrong with ImageStreams and the other kinds of image.openshift.io/v1, in YAML and JSON, also inside List,
ImageStreamList and Template. Without paths it reads standard input when that is not a terminal.

  -f, --format F         ${FORMATS.join(', ')} (default: pretty)
  -p, --preset P         ${PRESETS.join(', ')} (default: recommended)
      --rule ID=SEVERITY sets one rule to off, info, warning or error
      --param NAME=VALUE value of a Template parameter; may be repeated
  -n, --namespace NS     the namespace of objects that name none
  -c, --config FILE      configuration; otherwise imagestream-lint.yaml, .yml or .json here or above
      --no-config        no configuration at all
      --fix              mend what can be mended
      --fix-dry-run      show what --fix would change
      --baseline FILE    leave out the findings this file lists
      --write-baseline FILE  list the findings of now, for --baseline
      --max-warnings N   fail when there are more warnings
  -q, --quiet            errors only
      --no-skip          fail when a template source or an unreadable file was skipped
      --no-gitignore     look into files that .gitignore leaves out
      --color, --no-color
  -j, --jobs N           threads; otherwise as many as help
      --stdin-filename F what to call standard input
  -o, --output FILE      write the report to a file
      --explain RULE     why a rule is there, and what to do instead
      --list-rules       all rules, with their severity in the preset
      --lsp              run as a language server on standard input and output
  -h, --help
  -V, --version

Exit code: 0 clean, 1 findings of severity error (or too many warnings), 2 bad usage, 3 could not run.
`;
