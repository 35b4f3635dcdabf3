/** How long a run takes before it is worth a line, in milliseconds. */
const QUIET_MS = 500;

/** How often the line is renewed, in milliseconds. */
const INTERVAL_MS = 100;

/** A line in a terminal that says how far a long run is, and that leaves nothing behind. */
export interface Progress {
  /** Counts one file. */
  readonly tick: () => void;
  /** Takes the line away, before anything else is printed. */
  readonly clear: () => void;
}

/** Makes a progress line, or one that does nothing where there is no terminal to show it. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY) return { tick: () => undefined, clear: () => undefined };
  const start = performance.now();
  let shown = 0;
  let files = 0;
  let isShown = false;
  return {
    tick() {
      files++;
      const now = performance.now();
      if (now - start < QUIET_MS || now - shown < INTERVAL_MS) return;
      shown = now;
      isShown = true;
      const rate = Math.round((files * 1000) / (now - start));
      stream.write(`\r\u001b[K${files} files, ${rate} files/s`);
    },
    clear() {
      if (isShown) stream.write('\r\u001b[K');
      isShown = false;
    },
  };
}
