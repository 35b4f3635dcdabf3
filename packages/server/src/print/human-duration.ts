/** The longest time Go's durations hold, in milliseconds: about 292 years. */
const MAX_DURATION_MS = 9_223_372_036_854;

/**
 * How long something took in rough words: `Less than a second`, `5 minutes`, `About an hour`, `3 weeks`.
 *
 * Source: table-ages.
 */
export function formatHumanDuration(durationMs: number): string {
  const ms = Math.max(-MAX_DURATION_MS, Math.min(durationMs, MAX_DURATION_MS));
  const seconds = Math.trunc(ms / 1000);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.trunc(ms / 60_000);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  return formatHours(Math.trunc(ms / 3_600_000 + 0.5));
}

const DAY = 24;
const WEEK = 7 * DAY;
const MONTH = 30 * DAY;
const YEAR = 365 * DAY;

function formatHours(hours: number): string {
  if (hours === 1) return 'About an hour';
  if (hours < 2 * DAY) return `${hours} hours`;
  if (hours < 2 * WEEK) return `${Math.trunc(hours / DAY)} days`;
  if (hours < 2 * MONTH) return `${Math.trunc(hours / WEEK)} weeks`;
  if (hours < 2 * YEAR) return `${Math.trunc(hours / MONTH)} months`;
  return `${Math.trunc(hours / YEAR)} years`;
}

/** Time 0 of Go, which a time nobody set has. */
const ZERO_TIME_MS = Date.UTC(0, 0, 1) - 1900 * 365.2425 * 86_400_000;

/** The age of a wire time: `5 minutes ago`. A time that is not there is as old as can be. */
export function formatAge(time: string | undefined, now: Date): string {
  const start = time === undefined ? ZERO_TIME_MS : Date.parse(time);
  return `${formatHumanDuration(now.getTime() - start)} ago`;
}
