/** The ids behind `Source:` or `Evidence:` in a text, up to the full stop, over as many comment lines as it takes. */
export function citedIds(text: string, word: 'Source' | 'Evidence'): string[] {
  const citation = new RegExp(`${word}: ((?:[a-z0-9-]+(?:,\\s*(?:(?:\\*|//)\\s*)?)?)+)`, 'g');
  return [...text.matchAll(citation)].flatMap(([, ids = '']) => ids.match(/[a-z0-9-]+/g) ?? []);
}
