import { EVENT_ID, parseEvents, type Event, YAMLException } from 'js-yaml';
import { SyntaxProblem } from './syntax-error.js';

/** Deeper nesting than anybody writes; the API server itself stops at 10000. */
const MAX_DEPTH = 500;

/** The events of one YAML document; ranges are offsets into `text`. */
export interface YamlEvents {
  readonly text: string;
  readonly events: readonly Event[];
  /** Index of the first event behind the one that opens the document. */
  readonly first: number;
}

/**
 * The documents of a YAML text, as events. Throws a SyntaxProblem at the first fault.
 */
export function readEvents(text: string): YamlEvents[] {
  try {
    const events = parseEvents(text, { maxDepth: MAX_DEPTH });
    const documents: YamlEvents[] = [];
    for (const [index, event] of events.entries()) {
      if (event.type === EVENT_ID.DOCUMENT) documents.push({ text, events, first: index + 1 });
    }
    return documents;
  } catch (error) {
    if (error instanceof RangeError) throw new SyntaxProblem('nested too deeply', 0);
    if (!(error instanceof YAMLException)) throw error;
    throw new SyntaxProblem(error.reason, error.mark?.position ?? 0);
  }
}
