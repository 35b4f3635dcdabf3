import { readFile } from 'node:fs/promises';
import type { Arguments } from '../arguments.js';
import { findConfig } from '../config-file.js';
import { LintSession } from '../lint-session.js';
import { encodeMessage, MessageReader, RpcFramingError } from './messages.js';
import { LanguageServer } from './server.js';

/** The streams a language server speaks over. */
export interface LanguageServerIo {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Serves one editor until it leaves. Returns the exit code: 0 after a proper shutdown. */
export async function runLanguageServer(args: Arguments, io: LanguageServerIo): Promise<0 | 1> {
  const folder = process.cwd();
  const found =
    args.config === false ? { config: {}, folder } : await findConfig(args.config, folder);
  const session = new LintSession({
    config: found.config,
    configFolder: found.folder,
    options: {
      rules: args.rules,
      parameters: args.parameters,
      ...(args.preset === undefined ? {} : { preset: args.preset }),
      ...(args.namespace === undefined ? {} : { namespace: args.namespace }),
    },
    fix: 'no',
    quiet: false,
    baseline: [],
  });
  const server = new LanguageServer({
    linterFor: (file) => session.linterFor(file),
    send: (message) => void io.stdout.write(encodeMessage(message)),
    version: await readVersion(),
  });
  return serve(server, io);
}

async function serve(server: LanguageServer, io: LanguageServerIo): Promise<0 | 1> {
  const reader = new MessageReader();
  try {
    for await (const chunk of io.stdin) {
      for (const message of reader.push(Buffer.from(chunk as Uint8Array | string))) {
        const code = server.handle(message);
        if (code !== undefined) return code === 0 ? 0 : 1;
      }
    }
  } catch (error) {
    if (!(error instanceof RpcFramingError)) throw error;
    io.stderr.write(`imagestream-lint: ${error.message}\n`);
  }
  return 1;
}

async function readVersion(): Promise<string> {
  const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
  return /"version":\s*"([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}
