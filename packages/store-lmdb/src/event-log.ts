import type { EventBatch, StoredValue, StoreEvent } from '@imagestream/store';
import { matching } from './recent-batches.js';
import { missingRecord, storedBy } from './tables.js';
import type { LogEntry, Tables } from './tables.js';

/** Records read at a time: bounds how long a reader of old history keeps the thread. */
const recordsPerRead = 256;

/**
 * Reads a piece of history from the log: what happened after a revision to keys with a prefix, up
 * to another revision or as far as one read goes, with progress at the end if nothing matched there.
 */
export function readBatches(
  tables: Tables,
  prefix: string,
  afterRevision: number,
  untilRevision: number,
): EventBatch[] {
  const batches: { revision: number; events: StoreEvent[] }[] = [];
  let count = 0;
  let reached = untilRevision;
  for (const entry of tables.recordsBetween(afterRevision, untilRevision)) {
    const { revision } = entry.position;
    const last = batches.at(-1);
    if (last?.revision === revision) {
      last.events.push(eventOf(tables, entry));
    } else if (last !== undefined && count >= recordsPerRead) {
      reached = last.revision;
      break;
    } else {
      batches.push({ revision, events: [eventOf(tables, entry)] });
    }
    count += 1;
  }
  return matching(batches, prefix, reached);
}

function eventOf(tables: Tables, entry: LogEntry): StoreEvent {
  const previous = previousOf(tables, entry);
  if (entry.type === 'delete') {
    if (previous === undefined) throw missingRecord(entry.position);
    return { type: 'delete', previous };
  }
  const { key, value, createRevision } = entry;
  const current = { key, value, createRevision, modRevision: entry.position.revision };
  return previous === undefined ? { type: 'put', current } : { type: 'put', current, previous };
}

/** What the key held before. A key that was created by the record held nothing. */
function previousOf(tables: Tables, entry: LogEntry): StoredValue | undefined {
  if (entry.createRevision === entry.position.revision || entry.previous === undefined) {
    return undefined;
  }
  const record = tables.record(entry.previous);
  if (record === undefined) throw missingRecord(entry.previous);
  return storedBy(record, entry.previous);
}
