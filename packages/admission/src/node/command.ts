import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { PolicyError } from '../policy.js';
import { HELP, parseArguments, type Arguments } from './arguments.js';
import { makeCelPolicies } from './cel-policy.js';
import { CONFIG_SCHEMA, defaultConfig, readConfig, type AdmissionConfig } from './config.js';
import { jsonLog } from './log.js';
import { makeManifests } from './manifests.js';
import { replayReview } from './replay.js';
import { serve, type RunningWebhook } from './serve.js';
import { messageOf, UsageError } from './usage-error.js';

/** What the command uses of its process. */
export interface CommandIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Called with what to do when the process is told to go. */
  readonly onStop: (stop: () => void) => void;
}

/** 0 done, 1 not as expected, 2 wrong usage or configuration, 3 could not run. */
export type ExitCode = 0 | 1 | 2 | 3;

/** Runs the command until it is done. Never rejects: what went wrong is on standard error, and in the exit code. */
export async function runCommand(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  try {
    return await run(parseArguments(args), io);
  } catch (error) {
    const isUsage = error instanceof UsageError || error instanceof PolicyError;
    for (const line of messageOf(error).split('\n')) {
      io.stderr.write(`imagestream-admission: ${line}\n`);
    }
    return isUsage ? 2 : 3;
  }
}

async function run(parsed: Arguments, io: CommandIo): Promise<ExitCode> {
  switch (parsed.action) {
    case 'help':
      return print(io, HELP);
    case 'version':
      return print(io, `${readVersion()}\n`);
    case 'schema':
      return print(io, `${JSON.stringify(CONFIG_SCHEMA, undefined, 2)}\n`);
    case 'serve':
      return await runServer(parsed, io);
    case 'manifests':
      return await printManifests(parsed, io);
    case 'replay':
      return await replay(parsed, io);
    case 'policy':
      return await printCel(parsed, io);
  }
}

type Of<A extends Arguments['action']> = Extract<Arguments, { action: A }>;

function print({ stdout }: CommandIo, text: string): 0 {
  stdout.write(text);
  return 0;
}

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return String((JSON.parse(text) as { version: string }).version); // Our own file.
}

async function runServer(parsed: Of<'serve'>, io: CommandIo): Promise<ExitCode> {
  const { certFile, keyFile, configFile, host, port, quiet } = parsed;
  const config = await loadConfig(configFile);
  const log = jsonLog(
    (line) => io.stderr.write(line),
    () => new Date(),
  );
  const running = await serve({
    ...config,
    certFile,
    keyFile,
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    log: (level, message, fields) => {
      if (!quiet || level !== 'info' || message !== 'review') log(level, message, fields);
    },
  });
  io.stdout.write(`imagestream-admission listening on ${running.url}\n`);
  await stopped(running, io);
  return 0;
}

function stopped(running: RunningWebhook, { onStop }: CommandIo): Promise<void> {
  return new Promise((resolve, reject) => {
    onStop(() => {
      running.stop().then(resolve, reject);
    });
  });
}

async function loadConfig(path: string | undefined): Promise<AdmissionConfig> {
  if (path === undefined) return defaultConfig();
  const text = readText(path);
  try {
    return await readConfig(text);
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    const lines = cause.message.split('\n').map((line) => `${path}: ${line}`);
    throw new UsageError(lines.join('\n'), { cause });
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UsageError(`${path}: ${messageOf(cause)}`, { cause });
  }
}

async function printManifests(parsed: Of<'manifests'>, io: CommandIo): Promise<ExitCode> {
  const { configFile, action: _action, image, ...options } = parsed;
  const objects = makeManifests(await loadConfig(configFile), {
    ...options,
    image: image ?? `imagestream-admission:${readVersion()}`,
    ...(configFile === undefined ? {} : { configText: readText(configFile) }),
  });
  return print(io, toYaml(objects));
}

function toYaml(objects: readonly object[]): string {
  return objects
    .map((object) => `---\n${stringify(object, { aliasDuplicateObjects: false, lineWidth: 0 })}`)
    .join('');
}

async function printCel(parsed: Of<'policy'>, io: CommandIo): Promise<ExitCode> {
  const { policies } = await loadConfig(parsed.configFile);
  const { objects, leftOut } = makeCelPolicies(policies, parsed);
  for (const { policy, reason } of leftOut) io.stderr.write(`not in CEL: ${policy}: ${reason}\n`);
  return print(io, toYaml(objects));
}

async function replay(parsed: Of<'replay'>, io: CommandIo): Promise<ExitCode> {
  const { policies } = await loadConfig(parsed.configFile);
  let isAsExpected = true;
  for (const file of parsed.files) {
    const { allowed, text } = await replayFile(file, { policies, type: parsed.type });
    io.stdout.write(`${file}: ${text}`);
    if (parsed.expect === undefined || allowed === (parsed.expect === 'allow')) continue;
    isAsExpected = false;
    io.stderr.write(`imagestream-admission: ${file}: expected ${parsed.expect}\n`);
  }
  return isAsExpected ? 0 : 1;
}

async function replayFile(
  file: string,
  { policies, type }: Pick<AdmissionConfig, 'policies'> & Pick<Of<'replay'>, 'type'>,
): ReturnType<typeof replayReview> {
  const body = readText(file);
  try {
    return await replayReview(body, policies, type);
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    throw new UsageError(`${file}: ${cause.message}`, { cause });
  }
}
