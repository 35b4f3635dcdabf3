import { compareText } from '../json.js';
import type { ApiDocument } from '../model/api-model.js';
import { banner } from './emitted-file.js';
import type { Emitter } from './emitted-file.js';
import { encodeOpenApiV2 } from './gnostic/encode.js';
import { joinParts, propertyName, quote } from './layout-text.js';

/**
 * The documents a server publishes about itself, as a module of strings: parsing nothing until somebody
 * asks is cheaper than any object literal. Version 2 is also there as the protobuf message.
 */
export const emitDocuments: Emitter = (model, plan) => {
  const { documents } = plan.layout;
  if (documents === undefined) return [];
  const v2 = model.documents.find(({ path }) => path === documents.v2);
  if (v2 === undefined) throw new TypeError(`the inputs hold no document ${documents.v2}`);
  const prefix = documents.v3;
  const v3 = model.documents
    .filter(({ path, format }) => format === 'v3' && path.startsWith(prefix))
    .sort((a, b) => compareText(a.path, b.path));
  const protobuf = Buffer.from(encodeOpenApiV2(v2.document)).toString('base64');
  const text = joinParts([
    banner(documents.source),
    `/** The document of \`/openapi/v2\`: every path and definition, as JSON. */\n${stringConst('openApiV2', JSON.stringify(v2.document))}`,
    `/** The same as a protobuf message (gnostic's OpenAPI v2 Document), in base64. */\n${stringConst('openApiV2Protobuf', protobuf)}`,
    `/** The documents below \`/openapi/v3/\`, by what follows in the path, as JSON. */\n${printV3(v3, prefix)}`,
  ]);
  return [{ path: documents.file, text }];
};

function stringConst(name: string, value: string): string {
  return `export const ${name}: string =\n  ${quote(value)};`;
}

function printV3(documents: readonly ApiDocument[], prefix: string): string {
  const entries = documents.map(({ path, document }) => {
    const name = path.slice(prefix.length).replace(/\.json$/, '');
    const key = propertyName(name);
    // The formatter breaks no line behind a key of four letters or fewer.
    const between = key.length < 5 ? ' ' : '\n    ';
    return `  ${key}:${between}${quote(JSON.stringify(document))},\n`;
  });
  return `export const openApiV3: Readonly<Record<string, string>> = {\n${entries.join('')}};`;
}
