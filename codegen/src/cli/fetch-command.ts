import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DiagnosticBag } from '../diagnostics.js';
import { sortKeys } from '../json.js';
import type { Command } from './command.js';
import { readArguments } from './read-arguments.js';
import { readInputs } from './read-inputs.js';
import { UsageError } from './usage-error.js';

/** Saves a server's documents, so that generation needs no server. */
export const fetchCommand: Command = {
  name: 'fetch',
  usage: 'fetch <url> [--group <group/version>] --out <dir>',
  help: [
    'Saves the documents behind a URL (a server, its /openapi/v3 index, or one document) as JSON files',
    'with sorted keys, to be kept and given to generate as --input.',
    '--group g/v   only this group; may be repeated',
    '--header h    "name: value" to send, such as "authorization: Bearer …"; may be repeated',
  ],
  run: async (args, outlets) => {
    const read = readArguments(args, { group: 'many', out: 'one', header: 'many' });
    const out = read.one('out');
    const [url] = read.positionals;
    if (url === undefined || !/^https?:\/\//.test(url)) throw new UsageError('fetch needs a URL');
    if (out === undefined) throw new UsageError('fetch needs --out');
    const bag = new DiagnosticBag();
    const groups = read.many('group');
    const headers = read.many('header');
    const { documents } = await readInputs([url], { groups, headers }, outlets, bag);
    if (documents.length === 0) {
      bag.error('input-unreadable', { file: url, pointer: '' }, `${url} gave no document`);
    }
    bag.throwIfErrors();
    mkdirSync(out, { recursive: true });
    for (const { id, root } of documents) {
      const file = join(out, id);
      writeFileSync(file, `${JSON.stringify(sortKeys(root), null, 2)}\n`);
      outlets.print(file);
    }
    return 0;
  },
};
