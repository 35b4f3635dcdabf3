import { readDocuments } from './read-documents.js';
import { SyntaxProblem } from './syntax-error.js';

/** The value of a text of one YAML or JSON document; undefined when it is empty. Throws a SyntaxProblem. */
export function readValue(text: string): unknown {
  const [document, ...more] = readDocuments(text).filter(({ type }) => type !== 'empty');
  if (more.length > 0) throw new SyntaxProblem('holds more than one document', 0);
  if (document === undefined || document.type === 'empty') return undefined;
  if (document.type === 'document') return document.value;
  const isBroken = document.type === 'broken';
  throw new SyntaxProblem(
    isBroken ? document.message : 'is the source of a template',
    isBroken ? document.offset : 0,
  );
}
