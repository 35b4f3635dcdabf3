import { open, readFile } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { createReporter } from '../report/create-reporter.js';
import { type FileReport, SummaryBuilder } from '../report/file-report.js';
import type { Reporter } from '../report/reporter.js';
import { collectRules, LintOptionsError, type LintOptions } from '../settings.js';
import { type Arguments, HELP, parseArguments } from './arguments.js';
import { BaselineWriter, readBaseline } from './baseline.js';
import { findConfig, type FoundConfig } from './config-file.js';
import { explainRule, listRules } from './explain.js';
import { findFiles, messageOf } from './find-files.js';
import { globToExpression } from './glob.js';
import { LintSession, type SessionSetup } from './lint-session.js';
import { runLanguageServer } from './language-server/run.js';
import { createProgress } from './progress.js';
import { runFiles } from './run-files.js';
import { RunError, UsageError } from './usage-error.js';

/** What the command uses of its process. */
export interface CommandIo {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** 0 clean, 1 findings, 2 bad usage, 3 could not run. */
export type ExitCode = 0 | 1 | 2 | 3;

/** Runs the command. Never throws: what went wrong is on standard error, and in the exit code. */
export async function runCommand(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  try {
    const parsed = parseArguments(args);
    switch (parsed.action) {
      case 'help':
        return print(io, HELP);
      case 'version':
        return print(io, `${await readVersion()}\n`);
      case 'explain':
        return print(io, explainRule(parsed.explain ?? ''));
      case 'listRules':
        return print(io, listRules(parsed.preset ?? 'recommended'));
      case 'languageServer':
        return await runLanguageServer(parsed, io);
      case 'lint':
        return await lintAll(parsed, io);
    }
  } catch (error) {
    if (error instanceof UsageError || error instanceof LintOptionsError) {
      io.stderr.write(`imagestream-lint: ${error.message}\n`);
      return 2;
    }
    const text =
      error instanceof RunError
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error);
    io.stderr.write(`imagestream-lint: ${text}\n`);
    return 3;
  }
}

function print(io: CommandIo, text: string): 0 {
  io.stdout.write(text);
  return 0;
}

async function readVersion(): Promise<string> {
  const value: unknown = JSON.parse(
    await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  const version =
    typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
  return typeof version === 'string' ? version : 'unknown';
}

async function lintAll(args: Arguments, io: CommandIo): Promise<ExitCode> {
  const paths = args.paths.length > 0 || io.stdin.isTTY ? args.paths : ['-'];
  if (paths.length === 0)
    throw new UsageError(
      'name files, folders or patterns, or - for standard input; --help says more',
    );
  if (paths.includes('-') && paths.length > 1)
    throw new UsageError('- for standard input stands alone');
  const found =
    args.config === false
      ? { config: {}, folder: process.cwd() }
      : await findConfig(args.config, process.cwd());
  const setup = await setUp(args, found);
  const output = await openOutput(args.output, io);
  try {
    return await report(paths, { args, setup, found, output, io });
  } finally {
    await output.close();
  }
}

async function setUp(args: Arguments, found: FoundConfig): Promise<SessionSetup> {
  const options: LintOptions = {
    rules: args.rules,
    parameters: args.parameters,
    ...(args.preset === undefined ? {} : { preset: args.preset }),
    ...(args.namespace === undefined ? {} : { namespace: args.namespace }),
  };
  return {
    config: found.config,
    configFolder: found.folder,
    options,
    fix: args.fix,
    quiet: args.quiet,
    baseline: args.baseline === undefined ? [] : await readBaseline(args.baseline),
  };
}

interface RunContext {
  readonly args: Arguments;
  readonly setup: SessionSetup;
  readonly found: FoundConfig;
  readonly output: Output;
  readonly io: CommandIo;
}

async function report(paths: readonly string[], context: RunContext): Promise<ExitCode> {
  const { args, setup, output, io } = context;
  const reporter = await makeReporter(context);
  const summary = new SummaryBuilder();
  const baseline = new BaselineWriter();
  const progress = createProgress(io.stderr);
  await output.write(reporter.begin);
  for await (const file of lintPaths(paths, context)) {
    summary.add(file);
    if (args.writeBaseline !== undefined) baseline.add(file.findings);
    progress.tick();
    const text = reporter.file(file);
    if (text === '') continue;
    progress.clear();
    await output.write(text);
  }
  progress.clear();
  const total = summary.build();
  await output.write(reporter.end(total));
  if (args.writeBaseline !== undefined) {
    await baseline.write(args.writeBaseline);
    return 0;
  }
  if (total.errors > 0 || total.warnings > (args.maxWarnings ?? Infinity)) return 1;
  const hasSkips = Object.keys(total.skipped).some((what) =>
    /^(?:templateSource|unreadable)/.test(what),
  );
  return args.failsOnSkips && hasSkips && setup.fix !== 'show' ? 1 : 0;
}

async function makeReporter({ args, setup, found, output, io }: RunContext): Promise<Reporter> {
  const linter = new LintSession(setup).linterFor(resolve(found.folder, 'any'));
  const active = new Set(linter.rules.keys());
  return createReporter(args.format, {
    color:
      args.color ?? (output.isTerminal && isEmpty(io.env['NO_COLOR']) && io.env['TERM'] !== 'dumb'),
    version: await readVersion(),
    rules: [...collectRules().values()].filter(({ id }) => active.has(id)),
  });
}

function isEmpty(text: string | undefined): boolean {
  return text === undefined || text === '';
}

async function* lintPaths(
  paths: readonly string[],
  context: RunContext,
): AsyncGenerator<FileReport> {
  const { args, setup, found, io } = context;
  if (paths[0] === '-') {
    const text = await readAll(io.stdin);
    // What was read from a pipe cannot be written back; the mended text is the output then.
    const isShown = setup.fix === 'write';
    const session = new LintSession(isShown ? { ...setup, fix: 'show' } : setup);
    yield session.lintText(text, args.stdinFilename);
    return;
  }
  const ignored = (found.config.ignore ?? []).map(globToExpression);
  const isIgnored = (path: string): boolean => {
    const inConfig = relative(found.folder, path).split(sep).join('/');
    return ignored.some(
      (expression) => expression.test(inConfig) || expression.test(`${inConfig}/`),
    );
  };
  const files = findFiles({ paths, respectsGitignore: args.respectsGitignore, isIgnored });
  yield* runFiles(files, { setup, jobs: args.jobs });
}

async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array | string));
  return Buffer.concat(chunks).toString('utf8');
}

/** Where the report goes. */
interface Output {
  readonly isTerminal: boolean;
  readonly write: (text: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

async function openOutput(path: string | undefined, io: CommandIo): Promise<Output> {
  if (path === undefined) {
    return {
      isTerminal: io.stdout.isTTY,
      write: (text) => writeTo(io.stdout, text),
      close: () => Promise.resolve(),
    };
  }
  try {
    const file = await open(path, 'w');
    return { isTerminal: false, write: (text) => file.appendFile(text), close: () => file.close() };
  } catch (error) {
    throw new RunError(`cannot write ${path}: ${messageOf(error)}`);
  }
}

/** Waits when the reader is slow, so that a report of any size needs little memory. */
function writeTo(stream: NodeJS.WriteStream, text: string): Promise<void> {
  if (text === '' || stream.write(text)) return Promise.resolve();
  return new Promise((done) => {
    stream.once('drain', done);
    stream.once('close', done);
  });
}
