import { checkAllObjects } from './linearizability.js';
import type { ListReading } from './operation.js';
import { describeVersion } from './operation.js';
import type { Recorder } from './recorder.js';
import { checkRevisions, settleUnknown } from './revision-check.js';
import { checkWatchers, Replay, type WatcherLog } from './watch-check.js';

/** What a run has to show for itself. */
export interface Evidence {
  readonly recorder: Recorder;
  readonly watchers: readonly WatcherLog[];
  /** The revision of the last change. */
  readonly untilRv: number;
  /** One through every server, after the last change. */
  readonly finalLists: readonly ListReading[];
  readonly expectedFinalLists: number;
  /** What was found wrong already. */
  readonly further: readonly string[];
}

/** What came out. */
export interface Findings {
  /** Everything that is wrong; empty when all is well. */
  readonly problems: readonly string[];
  /** Writes whose answers are missing, and how many of them turned out to have happened. */
  readonly unknown: number;
  readonly unknownDone: number;
}

/** Holds everything that was noted down against everything else. */
export function judge(evidence: Evidence): Findings {
  const { recorder, watchers, untilRv, further } = evidence;
  const { history, problems: watchProblems } = checkWatchers(watchers, untilRv);
  const { operations, lists } = recorder;
  const recording = { operations, lists, history, untilRv };
  const settled = settleUnknown(recording);
  const unknown = operations.filter(({ outcome }) => outcome.type === 'unknown');
  const ids = new Set(settled.map(({ id }) => id));
  return {
    problems: [
      ...watchProblems,
      ...checkRevisions(recording),
      ...checkFinalLists(evidence, new Replay(history)),
      ...checkAllObjects(settled).map((verdict) =>
        verdict.type === 'violation'
          ? `not linearizable: ${verdict.excerpt}`
          : `not decided whether ${verdict.key} is linearizable, after ${verdict.states} states`,
      ),
      ...further,
      ...recorder.wrongAnswers,
    ],
    unknown: unknown.length,
    unknownDone: unknown.filter(({ id }) => ids.has(id)).length,
  };
}

function checkFinalLists(
  { finalLists, expectedFinalLists, untilRv }: Evidence,
  replay: Replay,
): string[] {
  const expected = show(replay.at(untilRv));
  const missing = expectedFinalLists - finalLists.length;
  return [
    ...(missing > 0 ? [`${missing} servers cannot be listed at the end`] : []),
    ...finalLists
      .filter(({ items }) => show(items) !== expected)
      .map(({ by, items }) => `${by} lists ${show(items)} instead of ${expected}`),
  ];
}

function show(items: ListReading['items']): string {
  return [...items]
    .map(([key, version]) => `${key}: ${describeVersion(version)}`)
    .sort()
    .join(', ');
}
