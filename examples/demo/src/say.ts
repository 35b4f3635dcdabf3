const color = process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
const paint = (code: number, text: string): string =>
  color ? `\u001b[${code}m${text}\u001b[0m` : text;

let steps = 0;

/** Begins a step of the story. */
export function step(title: string): void {
  steps++;
  console.log(`\n${paint(1, `${steps}. ${title}`)}`);
}

/** Something that happened. */
export function say(text: string): void {
  console.log(indent(text));
}

/** Something that went as it should. */
export function ok(text: string): void {
  console.log(indent(`${paint(32, '✓')} ${text}`));
}

/** Something that was refused, as it should be. */
export function refused(text: string): void {
  console.log(indent(`${paint(33, '✗')} ${text}`));
}

function indent(text: string): string {
  return text.replace(/^/gm, '   ');
}
