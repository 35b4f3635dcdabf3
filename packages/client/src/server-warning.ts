import type { ServerWarning } from './config.js';

// One warning: code, agent, quoted text with \-escapes. Several headers arrive joined by commas.
const WARNING = /(\d{3}) \S+ "((?:[^"\\]|\\.)*)"/g;

/** Reads a `Warning` header (RFC 7234), or several that were joined; what does not look like one is left out. */
export function parseWarnings(header: string): ServerWarning[] {
  return [...header.matchAll(WARNING)].map(([, code, text = '']) => ({
    code: Number(code),
    text: text.replace(/\\(.)/g, '$1'),
  }));
}
