import { parseArgs, type ParseArgsConfig } from 'node:util';
import { didYouMean } from './nearest-name.js';
import { messageOf, UsageError } from './usage-error.js';

/** What `--help` prints. */
export const HELP = `usage: imagestream-admission --tls-cert F --tls-key F [options]
       imagestream-admission manifests [options]
       imagestream-admission replay REVIEW.json... --expect allow|deny [--config F]
       imagestream-admission policy --cel [--config F]
       imagestream-admission schema

serve (no command): answers AdmissionReviews over HTTPS
  --port N             port to listen on; 0 = any free one (default 8443)
  --host H             address to listen on (default 127.0.0.1)
  --tls-cert F         certificate chain, PEM; replaced ones are picked up while running
  --tls-key F          its key, PEM
  --config F           configuration, YAML or JSON (default: validate-objects alone)
  --quiet              log no single reviews

manifests: prints what installs the webhook in a cluster, as YAML
  --name N             of everything (default imagestream-admission)
  --namespace N        where it runs (default imagestream-admission)
  --image I            the container image
  --config F           configuration to put into a ConfigMap
  --failure-policy P   Fail or Ignore (default Fail)
  --timeout-seconds N  how long the API server waits, 1 to 30 (default 5)
  --replicas N         default 2

replay: judges recorded reviews offline
  --expect allow|deny  exit 1 when any review ends otherwise
  --mutate             ask the mutating policies instead of the validating ones

policy --cel: prints the rules that CEL can say as a ValidatingAdmissionPolicy; says on stderr which cannot
schema: prints the JSON Schema of configuration files

  --help, --version

exit codes: 0 done, 1 not as expected, 2 wrong usage or configuration, 3 could not run
`;

/** The command line, read. */
export type Arguments =
  | { readonly action: 'help' | 'version' | 'schema' }
  | {
      readonly action: 'serve';
      readonly host?: string;
      readonly port?: number;
      readonly certFile: string;
      readonly keyFile: string;
      readonly configFile?: string;
      readonly quiet: boolean;
    }
  | {
      readonly action: 'manifests';
      readonly name: string;
      readonly namespace: string;
      readonly image?: string;
      readonly configFile?: string;
      readonly failurePolicy: 'Fail' | 'Ignore';
      readonly timeoutSeconds: number;
      readonly replicas: number;
    }
  | {
      readonly action: 'replay';
      readonly files: readonly string[];
      readonly expect?: 'allow' | 'deny';
      readonly type: 'validating' | 'mutating';
      readonly configFile?: string;
    }
  | {
      readonly action: 'policy';
      readonly name: string;
      readonly configFile?: string;
      readonly failurePolicy: 'Fail' | 'Ignore';
    };

const COMMANDS = ['manifests', 'replay', 'policy', 'schema'];

/** Reads the arguments after the program's name. Throws a UsageError. */
export function parseArguments(args: readonly string[]): Arguments {
  if (args.includes('--help') || args.includes('-h')) return { action: 'help' };
  if (args.includes('--version')) return { action: 'version' };
  const [first = '', ...rest] = args;
  if (first === '' || first.startsWith('-')) return readServe(args);
  switch (first) {
    case 'manifests':
      return readManifests(rest);
    case 'replay':
      return readReplay(rest);
    case 'policy':
      return readPolicy(rest);
    case 'schema':
      parse(rest, {});
      return { action: 'schema' };
    default:
      throw new UsageError(
        `there is no command ${JSON.stringify(first)}${didYouMean(first, COMMANDS)}`,
      );
  }
}

type Options = NonNullable<ParseArgsConfig['options']>;

interface Parsed {
  readonly text: (name: string) => string | undefined;
  readonly flag: (name: string) => boolean;
  readonly files: readonly string[];
}

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean' } as const;

function parse(args: readonly string[], options: Options, allowPositionals = false): Parsed {
  try {
    const parsed = parseArgs({ args: [...args], options, strict: true, allowPositionals });
    const values = new Map(Object.entries(parsed.values));
    const text = (name: string): string | undefined => {
      const value = values.get(name);
      return typeof value === 'string' ? value : undefined;
    };
    return { text, flag: (name) => values.get(name) === true, files: parsed.positionals };
  } catch (cause) {
    throw new UsageError(messageOf(cause), { cause });
  }
}

function readServe(args: readonly string[]): Arguments {
  const { text, flag } = parse(args, {
    host: TEXT,
    port: TEXT,
    'tls-cert': TEXT,
    'tls-key': TEXT,
    config: TEXT,
    quiet: FLAG,
  });
  const certFile = text('tls-cert');
  const keyFile = text('tls-key');
  if (certFile === undefined || keyFile === undefined) {
    throw new UsageError('--tls-cert and --tls-key are needed: API servers call webhooks by HTTPS');
  }
  const host = text('host');
  const port = readNumber('port', text('port'), { minimum: 0, maximum: 65_535 });
  return {
    action: 'serve',
    certFile,
    keyFile,
    quiet: flag('quiet'),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...configOf(text),
  };
}

function readManifests(args: readonly string[]): Arguments {
  const { text } = parse(args, {
    name: TEXT,
    namespace: TEXT,
    image: TEXT,
    config: TEXT,
    'failure-policy': TEXT,
    'timeout-seconds': TEXT,
    replicas: TEXT,
  });
  const name = text('name') ?? 'imagestream-admission';
  const image = text('image');
  const seconds = text('timeout-seconds');
  return {
    action: 'manifests',
    name,
    namespace: text('namespace') ?? name,
    failurePolicy: readFailurePolicy(text('failure-policy')),
    timeoutSeconds: readNumber('timeout-seconds', seconds, { minimum: 1, maximum: 30 }) ?? 5,
    replicas: readNumber('replicas', text('replicas'), { minimum: 1, maximum: 100 }) ?? 2,
    ...(image === undefined ? {} : { image }),
    ...configOf(text),
  };
}

function readReplay(args: readonly string[]): Arguments {
  const { text, flag, files } = parse(args, { expect: TEXT, config: TEXT, mutate: FLAG }, true);
  const expect = text('expect');
  if (expect !== undefined && expect !== 'allow' && expect !== 'deny') {
    throw new UsageError(`--expect is allow or deny, not ${JSON.stringify(expect)}`);
  }
  if (files.length === 0) throw new UsageError('name at least one file with a review');
  return {
    action: 'replay',
    files,
    type: flag('mutate') ? 'mutating' : 'validating',
    ...(expect === undefined ? {} : { expect }),
    ...configOf(text),
  };
}

function readPolicy(args: readonly string[]): Arguments {
  const { text, flag } = parse(args, {
    cel: FLAG,
    name: TEXT,
    config: TEXT,
    'failure-policy': TEXT,
  });
  if (!flag('cel')) throw new UsageError('policy prints CEL only: say policy --cel');
  return {
    action: 'policy',
    name: text('name') ?? 'imagestream-admission',
    failurePolicy: readFailurePolicy(text('failure-policy')),
    ...configOf(text),
  };
}

function configOf(text: Parsed['text']): { readonly configFile?: string } {
  const configFile = text('config');
  return configFile === undefined ? {} : { configFile };
}

function readFailurePolicy(value = 'Fail'): 'Fail' | 'Ignore' {
  if (value === 'Fail' || value === 'Ignore') return value;
  throw new UsageError(`--failure-policy is Fail or Ignore, not ${JSON.stringify(value)}`);
}

function readNumber(
  name: string,
  text: string | undefined,
  { minimum, maximum }: { readonly minimum: number; readonly maximum: number },
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
  throw new UsageError(`--${name} is a number from ${minimum} to ${maximum}, not "${text}"`);
}
