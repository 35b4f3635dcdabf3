import type { ChaosReport } from './chaos.js';

/** How many problems are printed: the first ones say most. */
const shownProblems = 12;

/** What a run did and found, for people. */
export function describeRun(report: ChaosReport): string {
  const { recorder, faults, failovers, outageAnswers, watchers, events, problems } = report;
  const { unknown, unknownDone, seed } = report;
  const counts = [...recorder.count()].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `seed ${seed}: ${recorder.operations.length} operations and ${recorder.lists.length} lists; ${unknown} writes without an answer, ${unknownDone} of which were or may have been done`,
    `  ${counts.map(([name, count]) => `${name} ${count}`).join(', ')}`,
    `  ${faults.length} faults, ${failovers} changes of leader; ${watchers} watchers saw ${events} events`,
    ...outageAnswers.map(
      ({ replica, request, status, afterMs }) =>
        `  in the outage: ${replica} ${request} ${status} after ${afterMs} ms`,
    ),
    problems.length === 0
      ? '  nothing was lost, repeated or out of order'
      : `  ${problems.length} problems:`,
    ...problems.slice(0, shownProblems).map((problem) => `  - ${problem}`),
  ].join('\n');
}
