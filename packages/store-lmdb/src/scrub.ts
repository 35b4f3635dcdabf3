import type { TableWriter, LogEntry, Tables } from './tables.js';

/** Records looked at in one step: a step takes a few milliseconds. */
const recordsPerStep = 500;

/** What one step has to do. */
export interface ScrubStep {
  /** The last revision whose records the step has looked at. */
  readonly scrubbedRevision: number;
  /** One zero for each record looked at: removing writes no values, but it copies pages. */
  readonly removals: readonly number[];
  /** Removes what no read can see any more. */
  readonly apply: (writer: TableWriter) => void;
}

/**
 * Plans the next step of removing what compaction has put out of sight: of every key, all records
 * before its newest one at the compacted revision, and that one too if it is a deletion.
 *
 * Each record names the one before it, so walking the log once in order is enough: whatever a
 * record behind the compacted revision names is out of sight. A step ends with a whole revision.
 */
export function planScrub(
  tables: Tables,
  scrubbedRevision: number,
  compactedRevision: number,
): ScrubStep {
  const entries: LogEntry[] = [];
  for (const entry of tables.recordsBetween(scrubbedRevision, compactedRevision)) {
    const last = entries.at(-1);
    const isNewRevision = last?.position.revision !== entry.position.revision;
    if (entries.length >= recordsPerStep && isNewRevision) break;
    entries.push(entry);
  }
  const full = entries.length >= recordsPerStep;
  return {
    scrubbedRevision: (full && entries.at(-1)?.position.revision) || compactedRevision,
    removals: entries.map(() => 0),
    apply: (writer) => entries.forEach((entry) => scrubRecord(tables, writer, entry)),
  };
}

function scrubRecord(tables: Tables, writer: TableWriter, entry: LogEntry): void {
  if (entry.previous !== undefined) writer.removeRecord(entry.previous);
  if (entry.type !== 'delete') return;
  writer.removeRecord(entry.position);
  const newest = tables.keyEntry(entry.key)?.position;
  const isNewest =
    newest?.revision === entry.position.revision && newest.index === entry.position.index;
  if (isNewest) writer.removeKey(entry.key);
}
