import { fileURLToPath } from 'node:url';
import { isJsonObject } from '@imagestream/core';
import type { Finding, TextEdit } from '../../finding.js';
import { applyFixes } from '../../fix/apply-edits.js';
import type { Linter } from '../../lint.js';
import { LineIndex } from '../../read/line-index.js';
import type { RpcMessage } from './messages.js';

/** What the server needs from its surroundings. */
export interface LanguageServerHost {
  /** The linter for a file. */
  readonly linterFor: (file: string) => Linter;
  readonly send: (message: RpcMessage) => void;
  readonly version: string;
}

interface OpenDocument {
  readonly text: string;
  readonly version: number | null;
  readonly findings: readonly Finding[];
  /** Positions of the linter count behind a byte order mark. */
  readonly lines: LineIndex;
}

const SEVERITIES = { error: 1, warning: 2, info: 3 } as const;

const METHOD_NOT_FOUND = -32601;
const INVALID_REQUEST = -32600;

/**
 * A language server over the linter's engine: diagnostics when a document opens or changes, hovers that say why, and code
 * actions that mend one finding, mend all, or suppress a rule. Documents are sent whole.
 */
export class LanguageServer {
  readonly #host: LanguageServerHost;
  readonly #documents = new Map<string, OpenDocument>();
  #isShutDown = false;

  constructor(host: LanguageServerHost) {
    this.#host = host;
  }

  /** Takes one message in. Returns the exit code when the client asks the server to end. */
  handle(message: RpcMessage): number | undefined {
    const { method, id } = message;
    if (method === undefined) return undefined;
    if (method === 'exit') return this.#isShutDown ? 0 : 1;
    if (id === undefined) {
      this.#notify(method, message.params);
      return undefined;
    }
    this.#host.send({ jsonrpc: '2.0', id, ...this.#answer(method, message.params) });
    return undefined;
  }

  #answer(method: string, params: unknown): Pick<RpcMessage, 'result' | 'error'> {
    if (this.#isShutDown)
      return { error: { code: INVALID_REQUEST, message: 'the server is shut down' } };
    switch (method) {
      case 'initialize':
        return { result: this.#initialize() };
      case 'shutdown':
        this.#isShutDown = true;
        return { result: null };
      case 'textDocument/hover':
        return { result: this.#hover(params) };
      case 'textDocument/codeAction':
        return { result: this.#codeActions(params) };
      default:
        return { error: { code: METHOD_NOT_FOUND, message: `there is no method ${method}` } };
    }
  }

  #initialize(): object {
    return {
      capabilities: {
        positionEncoding: 'utf-16',
        textDocumentSync: { openClose: true, change: 1 },
        hoverProvider: true,
        codeActionProvider: { codeActionKinds: ['quickfix', 'source.fixAll'] },
      },
      serverInfo: { name: 'imagestream-lint', version: this.#host.version },
    };
  }

  #notify(method: string, params: unknown): void {
    const document =
      isJsonObject(params) && isJsonObject(params['textDocument'])
        ? params['textDocument']
        : undefined;
    const uri = document === undefined ? undefined : document['uri'];
    if (document === undefined || typeof uri !== 'string') return;
    const version = typeof document['version'] === 'number' ? document['version'] : null;
    if (method === 'textDocument/didOpen') {
      if (typeof document['text'] === 'string') this.#lint(uri, document['text'], version);
    } else if (method === 'textDocument/didChange') {
      const text = lastText(isJsonObject(params) ? params['contentChanges'] : undefined);
      if (text !== undefined) this.#lint(uri, text, version);
    } else if (method === 'textDocument/didClose') {
      this.#documents.delete(uri);
      this.#publish(uri, null, []);
    }
  }

  #lint(uri: string, text: string, version: number | null): void {
    const file = toFile(uri);
    const { findings } = this.#host.linterFor(file).lint(text, file);
    const lines = new LineIndex(text.replace(/^\uFEFF/, ''));
    this.#documents.set(uri, { text, version, findings, lines });
    this.#publish(uri, version, findings.map(toDiagnostic));
  }

  #publish(uri: string, version: number | null, diagnostics: readonly object[]): void {
    const params = { uri, ...(version === null ? {} : { version }), diagnostics };
    this.#host.send({ jsonrpc: '2.0', method: 'textDocument/publishDiagnostics', params });
  }

  #hover(params: unknown): object | null {
    const document = this.#documentOf(params);
    const position = isJsonObject(params) ? readPosition(params['position']) : undefined;
    if (document === undefined || position === undefined) return null;
    const found = document.findings.filter((finding) => contains(finding, position));
    const [first] = found;
    if (first === undefined) return null;
    const rules = this.#host.linterFor(first.file).rules;
    const value = found
      .map((finding) => {
        const meta = rules.get(finding.rule)?.rule;
        return `**${finding.rule}**: ${finding.message}\n\n${meta?.summary ?? ''} ${meta?.why ?? ''}`;
      })
      .join('\n\n---\n\n');
    return { contents: { kind: 'markdown', value }, range: toRange(first) };
  }

  #codeActions(params: unknown): object[] {
    const document = this.#documentOf(params);
    const range =
      isJsonObject(params) && isJsonObject(params['range']) ? params['range'] : undefined;
    const uri =
      isJsonObject(params) && isJsonObject(params['textDocument'])
        ? params['textDocument']['uri']
        : undefined;
    const start = readPosition(range?.['start']);
    const end = readPosition(range?.['end']);
    if (
      document === undefined ||
      start === undefined ||
      end === undefined ||
      typeof uri !== 'string'
    )
      return [];
    const near = document.findings.filter(
      (finding) => finding.line - 1 <= end.line && finding.endLine - 1 >= start.line,
    );
    const fixes = near.flatMap((finding) =>
      finding.edits === undefined ? [] : [fixAction(finding, finding.edits, uri, document)],
    );
    const suppressions = uri.endsWith('.json')
      ? []
      : near.map((finding) => suppressAction(finding, uri, document));
    const all = document.findings.filter(({ fixable }) => fixable);
    return [...fixes, ...(all.length > 0 ? [fixAllAction(document, uri)] : []), ...suppressions];
  }

  #documentOf(params: unknown): OpenDocument | undefined {
    const document = isJsonObject(params) ? params['textDocument'] : undefined;
    const uri = isJsonObject(document) ? document['uri'] : undefined;
    return typeof uri === 'string' ? this.#documents.get(uri) : undefined;
  }
}

interface LspPosition {
  readonly line: number;
  readonly character: number;
}

function readPosition(value: unknown): LspPosition | undefined {
  if (!isJsonObject(value)) return undefined;
  const { line, character } = value;
  return typeof line === 'number' && typeof character === 'number'
    ? { line, character }
    : undefined;
}

function lastText(changes: unknown): string | undefined {
  const last: unknown = Array.isArray(changes) ? changes.at(-1) : undefined;
  return isJsonObject(last) && typeof last['text'] === 'string' ? last['text'] : undefined;
}

function toFile(uri: string): string {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : uri;
  } catch (error) {
    // An editor may name a document that is no file of this system.
    if (error instanceof TypeError) return uri;
    throw error;
  }
}

function toRange(finding: Finding): object {
  return {
    start: { line: finding.line - 1, character: finding.column - 1 },
    end: { line: finding.endLine - 1, character: finding.endColumn - 1 },
  };
}

function toDiagnostic(finding: Finding): object {
  const { severity, rule, message, field, suggestion } = finding;
  const hint = suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`;
  return {
    range: toRange(finding),
    severity: SEVERITIES[severity],
    code: rule,
    source: 'imagestream-lint',
    message: `${field === '' ? '' : `${field}: `}${message}${hint}`,
  };
}

function contains(finding: Finding, { line, character }: LspPosition): boolean {
  const isBehindStart =
    line > finding.line - 1 || (line === finding.line - 1 && character >= finding.column - 1);
  const isBeforeEnd =
    line < finding.endLine - 1 ||
    (line === finding.endLine - 1 && character <= finding.endColumn - 1);
  return isBehindStart && isBeforeEnd;
}

function toLspEdit(edit: TextEdit, lines: LineIndex): object {
  const { start, end } = lines.range(edit.start, edit.end);
  return {
    range: {
      start: { line: start.line - 1, character: start.column - 1 },
      end: { line: end.line - 1, character: end.column - 1 },
    },
    newText: edit.text,
  };
}

function fixAction(
  finding: Finding,
  edits: readonly TextEdit[],
  uri: string,
  document: OpenDocument,
): object {
  return {
    title: `Mend ${finding.rule}${finding.suggestion === undefined ? '' : `: ${finding.suggestion}`}`,
    kind: 'quickfix',
    isPreferred: true,
    diagnostics: [toDiagnostic(finding)],
    edit: { changes: { [uri]: edits.map((edit) => toLspEdit(edit, document.lines)) } },
  };
}

function fixAllAction(document: OpenDocument, uri: string): object {
  const before = document.lines.text;
  const { text } = applyFixes(before, document.findings);
  const whole = toLspEdit({ start: 0, end: before.length, text }, document.lines);
  return {
    title: 'Mend all of imagestream-lint',
    kind: 'source.fixAll',
    edit: { changes: { [uri]: [whole] } },
  };
}

function suppressAction(finding: Finding, uri: string, { lines }: OpenDocument): object {
  const start = lines.lineStart(finding.line);
  const indent = /^[ \t]*/.exec(lines.lineText(finding.line))?.[0] ?? '';
  const text = `${indent}# imagestream-lint: ignore ${finding.rule} -- \n`;
  return {
    title: `Suppress ${finding.rule} here`,
    kind: 'quickfix',
    diagnostics: [toDiagnostic(finding)],
    edit: { changes: { [uri]: [toLspEdit({ start, end: start, text }, lines)] } },
  };
}
