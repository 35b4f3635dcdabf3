/** What an API server passes on for all webhooks of a request together, in characters. */
export const WARNING_BUDGET = 4096;

/** What it cuts each text to once the budget is spent, in characters. */
export const WARNING_LENGTH = 256;

/**
 * Warnings as a client will see them: on one line each, no text twice, none longer than {@link WARNING_LENGTH}, all of
 * them within {@link WARNING_BUDGET}. When some do not fit, the last one says how many were left out.
 */
export function fitWarnings(warnings: readonly string[]): string[] {
  const texts = [...new Set(warnings.map(toOneLine).filter((text) => text !== ''))];
  const fitting: string[] = [];
  let left = WARNING_BUDGET;
  for (const [index, text] of texts.entries()) {
    const notice = `and ${texts.length - index} more warnings`;
    const isLast = index === texts.length - 1;
    if (text.length > left || (!isLast && text.length + notice.length > left)) {
      fitting.push(notice);
      break;
    }
    fitting.push(text);
    left -= text.length;
  }
  return fitting;
}

function toOneLine(text: string): string {
  const line = Array.from(text, (char) => (char < ' ' || char === '\u007f' ? ' ' : char))
    .join('')
    .trim();
  const chars = Array.from(line);
  return chars.length > WARNING_LENGTH ? `${chars.slice(0, WARNING_LENGTH - 1).join('')}…` : line;
}
