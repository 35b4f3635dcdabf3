import { describe, expect, test } from 'vitest';
import { createLinter } from '../../lint.js';
import { encodeMessage, MessageReader, RpcFramingError, type RpcMessage } from './messages.js';
import { LanguageServer } from './server.js';

const URI = 'file:///work/stream.yaml';
const TEXT = 'apiVersion: v1\nkind: ImageStream\nmetadata:\n  name: App\n';

function startServer(): {
  server: LanguageServer;
  sent: RpcMessage[];
  ask: (method: string, params: unknown) => unknown;
} {
  const sent: RpcMessage[] = [];
  const linter = createLinter();
  const server = new LanguageServer({
    linterFor: () => linter,
    send: (message) => sent.push(message),
    version: '1.2.3',
  });
  let id = 0;
  const ask = (method: string, params: unknown): unknown => {
    server.handle({ jsonrpc: '2.0', id: ++id, method, params });
    return sent.at(-1)?.result;
  };
  return { server, sent, ask };
}

function open(server: LanguageServer, text: string): void {
  server.handle({
    jsonrpc: '2.0',
    method: 'textDocument/didOpen',
    params: { textDocument: { uri: URI, languageId: 'yaml', version: 1, text } },
  });
}

interface Action {
  readonly title: string;
  readonly kind: string;
  readonly edit: {
    readonly changes: Record<
      string,
      readonly { readonly range: Range; readonly newText: string }[]
    >;
  };
}

interface Range {
  readonly start: { line: number; character: number };
  readonly end: { line: number; character: number };
}

describe('the language server', () => {
  test('says what it can', () => {
    expect(startServer().ask('initialize', {})).toMatchObject({
      capabilities: {
        textDocumentSync: { change: 1 },
        hoverProvider: true,
        codeActionProvider: {},
      },
      serverInfo: { name: 'imagestream-lint', version: '1.2.3' },
    });
  });

  test('publishes diagnostics when a document opens and changes, and takes them back when it closes', () => {
    const { server, sent } = startServer();
    open(server, TEXT);
    expect(sent.at(-1)).toMatchObject({
      method: 'textDocument/publishDiagnostics',
      params: {
        uri: URI,
        version: 1,
        diagnostics: [
          {
            code: 'api-legacy-version',
            severity: 2,
            range: { start: { line: 0, character: 12 }, end: { line: 0, character: 14 } },
          },
          { code: 'meta-name', severity: 1, source: 'imagestream-lint' },
        ],
      },
    });
    const change = {
      textDocument: { uri: URI, version: 2 },
      contentChanges: [{ text: TEXT.replace('App', 'app') }],
    };
    server.handle({ jsonrpc: '2.0', method: 'textDocument/didChange', params: change });
    expect(sent.at(-1)?.params).toMatchObject({
      version: 2,
      diagnostics: [{ code: 'api-legacy-version' }],
    });
    server.handle({
      jsonrpc: '2.0',
      method: 'textDocument/didClose',
      params: { textDocument: { uri: URI } },
    });
    expect(sent.at(-1)?.params).toEqual({ uri: URI, diagnostics: [] });
  });

  test('a hover says why', () => {
    const { server, ask } = startServer();
    open(server, TEXT);
    const hover = ask('textDocument/hover', {
      textDocument: { uri: URI },
      position: { line: 0, character: 13 },
    });
    expect(JSON.stringify(hover)).toContain('OpenShift 3');
    expect(
      ask('textDocument/hover', {
        textDocument: { uri: URI },
        position: { line: 1, character: 0 },
      }),
    ).toBeNull();
  });

  test('code actions mend one finding, mend all, and suppress', () => {
    const { server, ask } = startServer();
    open(server, TEXT);
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 14 } };
    const actions = ask('textDocument/codeAction', {
      textDocument: { uri: URI },
      range,
      context: { diagnostics: [] },
    }) as Action[];
    expect(actions.map(({ kind }) => kind)).toEqual(['quickfix', 'source.fixAll', 'quickfix']);
    expect(actions[0]?.edit.changes[URI]).toEqual([
      {
        range: { start: { line: 0, character: 12 }, end: { line: 0, character: 14 } },
        newText: 'image.openshift.io/v1',
      },
    ]);
    expect(actions[1]?.edit.changes[URI]?.[0]?.newText).toBe(
      TEXT.replace(': v1', ': image.openshift.io/v1'),
    );
    expect(actions[2]?.edit.changes[URI]?.[0]?.newText).toBe(
      '# imagestream-lint: ignore api-legacy-version -- \n',
    );
  });

  test('what it does not know, and what comes after shutdown, is an error', () => {
    const { server, sent, ask } = startServer();
    ask('textDocument/rename', {});
    expect(sent.at(-1)?.error).toMatchObject({ code: -32601 });
    expect(ask('shutdown', undefined)).toBeNull();
    ask('textDocument/hover', {});
    expect(sent.at(-1)?.error).toMatchObject({ code: -32600 });
    expect(server.handle({ jsonrpc: '2.0', method: 'exit' })).toBe(0);
    expect(startServer().server.handle({ jsonrpc: '2.0', method: 'exit' })).toBe(1);
  });
});

describe('messages', () => {
  const message: RpcMessage = { jsonrpc: '2.0', id: 1, method: 'x', params: { text: 'über – 😀' } };

  test('arrive whole whatever the pieces they come in', () => {
    const bytes = Buffer.concat([encodeMessage(message), encodeMessage({ ...message, id: 2 })]);
    for (const size of [1, 7, bytes.length]) {
      const reader = new MessageReader();
      const read: RpcMessage[] = [];
      for (let at = 0; at < bytes.length; at += size)
        read.push(...reader.push(bytes.subarray(at, at + size)));
      expect(read).toEqual([message, { ...message, id: 2 }]);
    }
  });

  test.each([
    'X: 1\r\n\r\n{}',
    'Content-Length: 2\r\n\r\n[]',
    'Content-Length: 999999999999\r\n\r\n',
  ])('%j is refused', (text) => {
    expect(() => new MessageReader().push(Buffer.from(text))).toThrow(RpcFramingError);
  });
});
