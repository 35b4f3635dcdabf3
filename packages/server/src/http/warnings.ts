/** All text of one answer's warnings. Beyond it, each is cut short. */
const maxTotalCharacters = 4096;
const maxCutCharacters = 256;

const none: readonly string[] = [];

/** The warnings of one answer, each told once, as values of Warning headers. Source: api-warnings. */
export class WarningList {
  #texts: Set<string> | undefined;

  add(text: string): void {
    if (text === '') return;
    this.#texts ??= new Set();
    this.#texts.add(text);
  }

  /** One value per warning, in the order they came. */
  headerValues(): readonly string[] {
    if (this.#texts === undefined) return none;
    const texts = [...this.#texts];
    const total = texts.reduce((sum, text) => sum + [...text].length, 0);
    const cut = total > maxTotalCharacters;
    return texts.map((text) =>
      formatWarning(cut ? [...text].slice(0, maxCutCharacters).join('') : text),
    );
  }
}

/** Code 299 without agent and date; control characters cannot be in a header and are left out. */
function formatWarning(text: string): string {
  const clean = text.replaceAll(/\p{Cc}/gu, '');
  return `299 - "${clean.replaceAll(/["\\]/g, '\\$&')}"`;
}
